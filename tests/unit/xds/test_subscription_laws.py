"""Whatever happens between a client and the server, and in whatever order, the client ends with what it should hold.

The client is modelled on Envoy: it asks for clusters and listeners by wildcard, and for the route that a listener of
its refers to by name; of a response with something bad in it, it keeps the rest and refuses all. Versions say what a
resource refers to: listener `l` in version `3>r` to route `r`, route `r` in version `4>c` to cluster `c`.
"""

from collections import deque

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from crossgate.xds.delta import Accepted, Output, Refused, Request, Response
from crossgate.xds.snapshot import Snapshot
from crossgate.xds.subscription import Subscription
from crossgate.xds.type_urls import CLUSTER, LISTENER, ROUTE
from tests.unit.xds.builders import content_of, snapshot_of

CLUSTERS = ["c1", "c2", "c3"]
ROUTES = ["r1", "r2"]
LISTENERS = ["l1", "l2", "l3"]


class DeliveryMachine(RuleBasedStateMachine):
    """A publisher, a server and a client, with messages on their way in both directions."""

    def __init__(self) -> None:
        super().__init__()
        self.serial = 0
        self.bad: set[tuple[str, str, str]] = set()
        self.published: Snapshot | None = None
        self.accepted: Snapshot | None = None
        self.has_refused = False
        self.held: dict[str, dict[str, str]] = {CLUSTER: {}, LISTENER: {}, ROUTE: {}}
        self.wanted: set[str] = set()
        self.stream = Subscription()
        self.to_client: deque[Response] = deque()
        self.to_server: deque[Request] = deque()

    @initialize()
    def connect(self) -> None:
        for type_url in (CLUSTER, LISTENER):
            self.to_server.append(Request(type_url=type_url, node="n", initial_versions=dict(self.held[type_url])))
        if self.wanted:
            names = tuple(sorted(self.wanted))
            self.to_server.append(Request(type_url=ROUTE, subscribe=names, initial_versions=dict(self.held[ROUTE])))

    # The publisher.

    @rule(data=st.data())
    def publish(self, data: st.DataObject) -> None:
        """Publish a consistent snapshot, some of which is unchanged; perhaps the client won't like some of it."""
        used_routes = data.draw(st.dictionaries(st.sampled_from(LISTENERS), st.sampled_from(ROUTES)), "listeners")
        routes = {name: data.draw(st.sampled_from(CLUSTERS), "cluster") for name in sorted(set(used_routes.values()))}
        extra = data.draw(st.sets(st.sampled_from(CLUSTERS)), "clusters")
        clusters = dict.fromkeys(sorted({*routes.values(), *extra}), "")
        snapshot = snapshot_of(
            clusters=self._versions(data, CLUSTER, clusters),
            listeners=self._versions(data, LISTENER, used_routes),
            routes=self._versions(data, ROUTE, routes),
        )
        self._publish(snapshot)

    def _versions(self, data: st.DataObject, type_url: str, references: dict[str, str]) -> dict[str, str]:
        before = {} if self.accepted is None else content_of(self.accepted)[type_url]
        versions = {}
        for name, reference in references.items():
            old = before.get(name, "")
            if old.endswith(f">{reference}") and data.draw(st.booleans(), "unchanged"):
                versions[name] = old
                continue
            self.serial += 1
            versions[name] = f"{self.serial}>{reference}"
            if data.draw(st.integers(0, 9), "bad") == 0:
                self.bad.add((type_url, name, versions[name]))
        return versions

    def _publish(self, snapshot: Snapshot) -> None:
        self.published = snapshot
        self._take(self.stream.on_snapshot(snapshot))

    def _take(self, outputs: list[Output]) -> None:
        refusals = 0
        for output in outputs:
            match output:
                case Response():
                    self.to_client.append(output)
                case Accepted():
                    assert self.published is not None
                    assert output.snapshot_version == self.published.version
                    self.accepted = self.published
                case Refused():
                    assert self.published is not None
                    refusals += output.snapshot_version == self.published.version
        if refusals and self.accepted is not None:
            self._publish(self.accepted)

    # The wires.

    @precondition(lambda self: self.to_server)
    @rule()
    def deliver_to_server(self) -> None:
        self._take(self.stream.on_request(self.to_server.popleft()))

    @precondition(lambda self: self.to_client)
    @rule()
    def deliver_to_client(self) -> None:
        response = self.to_client.popleft()
        refused = [
            resource.name
            for resource in response.resources
            if (response.type_url, resource.name, resource.version) in self.bad
        ]
        self.has_refused |= bool(refused)
        for resource in response.resources:
            if resource.name not in refused:
                self._hold(response.type_url, resource.name, resource.version)
        for name in response.removed:
            self._drop(response.type_url, name)
        self.to_server.append(
            Request(
                type_url=response.type_url,
                nonce=response.nonce,
                refusal=f"bad: {refused}" if refused else None,
            )
        )
        if response.type_url == LISTENER:
            self._follow_routes()

    @rule()
    def reconnect(self) -> None:
        self.to_client.clear()
        self.to_server.clear()
        self.stream = Subscription()
        self.connect()
        if self.published is not None:
            self._take(self.stream.on_snapshot(self.published))

    @rule()
    def restart_client(self) -> None:
        self.held = {CLUSTER: {}, LISTENER: {}, ROUTE: {}}
        self.wanted = set()
        self.reconnect()

    @precondition(lambda self: self.wanted)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.wanted)))
        self.held[ROUTE].pop(name, None)
        self.to_server.append(Request(type_url=ROUTE, subscribe=(name,)))

    # The client.

    def _hold(self, type_url: str, name: str, version: str) -> None:
        if type_url == ROUTE and name not in self.wanted:
            return
        self.held[type_url][name] = version
        # Make before break: a route leads to a cluster that is there.
        if type_url == ROUTE and not self.has_refused:
            assert version.partition(">")[2] in self.held[CLUSTER]

    def _drop(self, type_url: str, name: str) -> None:
        self.held[type_url].pop(name, None)
        if type_url == CLUSTER and not self.has_refused:
            live = {version.partition(">")[2] for version in self.held[ROUTE].values()}
            assert name not in live

    def _follow_routes(self) -> None:
        wanted = {version.partition(">")[2] for version in self.held[LISTENER].values()}
        added, removed = sorted(wanted - self.wanted), sorted(self.wanted - wanted)
        self.wanted = wanted
        for name in removed:
            self.held[ROUTE].pop(name, None)
        if added or removed:
            self.to_server.append(Request(type_url=ROUTE, subscribe=tuple(added), unsubscribe=tuple(removed)))

    # The law.

    def teardown(self) -> None:
        """Let all messages arrive: the client holds what was published last, and that was accepted."""
        for _ in range(1_000):
            if self.to_server:
                self.deliver_to_server()
            elif self.to_client:
                self.deliver_to_client()
            else:
                break
        else:
            message = "server and client never come to rest"
            raise AssertionError(message)
        if self.accepted is not None:
            assert self.published is self.accepted
            expected = content_of(self.accepted)
            assert self.held == {type_url: expected[type_url] for type_url in self.held}


DeliveryMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestDelivery = DeliveryMachine.TestCase
