"""What is followed: a version of the documents, or a release of the gateway that is emulated."""

from crossgate.dialects.kgateway.behaviour import table
from crossgate.dialects.kgateway.emulation import emulated_table
from crossgate.dialects.kgateway.inheritance import Merged
from crossgate.dialects.kgateway.names import DOCUMENTS
from crossgate.dialects.options import ReadOptions
from crossgate.model.table import Table


class Behaviour:
    """How policies become tables, each policy once."""

    def __init__(self, options: ReadOptions) -> None:
        self.release = options.emulate.get("kgateway")
        self._documents = options.documents.get("kgateway", DOCUMENTS[0])
        self._tables: dict[tuple[int, ...], tuple[Merged, Table]] = {}

    @property
    def merges(self) -> bool:
        """Whether policies of several levels are merged, as releases do and no document says."""
        return self.release is not None

    def table(self, merged: Merged) -> Table:
        """Return the table of a policy; one that nothing was given to is known by itself."""
        policy = merged.policy
        key = (id(policy),)
        if key not in self._tables:
            made = table(policy, self._documents) if self.release is None else emulated_table(policy, self.release)
            # The policy is kept beside its table, so that no other can have its identity.
            self._tables[key] = (merged, made)
        return self._tables[key][1]
