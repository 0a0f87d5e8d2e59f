"""The Fetch Standard's vocabulary: origins, methods and header names; no policy in it."""
