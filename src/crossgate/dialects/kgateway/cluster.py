"""What the files show of the cluster around the routes: namespaces, grants, Secrets, Services, direct responses.

Files seldom hold all of a cluster. What of a kind is not there at all counts as not shown, rather than as missing.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.certificates import Secrets
from crossgate.dialects.documents import Documents
from crossgate.dialects.kgateway.direct_responses import DirectResponses
from crossgate.dialects.kgateway.grants import Grants
from crossgate.dialects.kgateway.names import CORE, DIRECT_RESPONSE, GATEWAY_API, POLICY_GROUPS, SLICES
from crossgate.dialects.services import Services

_NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""The label that the API server gives to every namespace."""


class Cluster(Struct, frozen=True, kw_only=True):
    """The objects that routes and listeners refer to."""

    labels: Mapping[str, Mapping[str, str]]
    grants: Grants
    secrets: Secrets
    services: Services
    responses: DirectResponses

    def labels_of(self, namespace: str) -> Mapping[str, str]:
        """Return the labels of a namespace; of one that no file shows, the one that every namespace has."""
        return {**self.labels.get(namespace, {}), _NAME_LABEL: namespace}


def read_cluster(documents: Documents, report: Diagnostics) -> Cluster:
    """Read what routes and listeners may refer to."""
    return Cluster(
        labels={
            source.name: {key: text.value for key, text in source.labels.items()}
            for source in documents.of(CORE, "Namespace")
        },
        grants=Grants(documents.of(GATEWAY_API, "ReferenceGrant"), report),
        secrets=Secrets(documents.of(CORE, "Secret")),
        services=Services(documents.of(CORE, "Service"), documents.of(*SLICES), report),
        responses=DirectResponses(
            [found for group in POLICY_GROUPS for found in documents.of(group, DIRECT_RESPONSE)], report
        ),
    )
