"""What rules remember of one station.

A rule sees one event at a time. What it must know of earlier ones is kept in a `Memory`: a small class in ``memories/``
that learns from events and answers questions. Rules name the memories that they ask in `Rule.memories` and reach them with
`Scene.recall`; several rules share one. There is one of each kind for each station, whatever connections it has (or one for
all stations of a CSMS, where the kind says so), made when it is first needed and dropped when the station is forgotten, and when something was not seen: records that were lost, or
the time between two runs. A rule is asked first: it finds what was known *before* the event.
"""

from abc import ABC, abstractmethod
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ocppscope.conformance.trait import Trait

if TYPE_CHECKING:
    from ocppscope.conformance.event import Event

_Kind = TypeVar("_Kind", bound="Memory")
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Memory(ABC):
    """Something that is remembered of one station, in bounded space."""

    on: "ClassVar[tuple[type[Event], ...]]"
    """The events that it learns from."""
    actions: ClassVar[frozenset[str] | None] = None
    """Only of these actions; None for all."""
    only: ClassVar[Trait] = Trait.NONE
    """Of the CALLs and responses only those that have one of these traits; NONE for all."""
    of_all_stations: ClassVar[bool] = False
    """One for all stations together, in place of one for each."""

    @abstractmethod
    def learn(self, event: Any) -> None:
        """Take in one event of the types in `on`."""


class Memories:
    """All memories of one station, and those of all together.

    Args:
        site: those that all stations share.
    """

    __slots__ = ("_site", "kinds")

    def __init__(self, site: "Memories | None" = None) -> None:
        self.kinds: dict[type[Memory], Memory] = {}
        self._site = site

    def recall(self, kind: type[_Kind]) -> _Kind:
        """The memory of that kind, empty where nothing was learned."""
        memory = self.kinds.get(kind)
        if memory is None:
            shared = self._site is not None and kind.of_all_stations
            # One of all stations is kept here, too: the second look costs nothing more.
            memory = self.kinds[kind] = self._site.recall(kind) if shared and self._site is not None else kind()
        return memory  # type: ignore[return-value]  # it is kept under its own class

    def forget(self) -> None:
        """Begin anew: what happened unseen may have changed anything."""
        self.kinds.clear()


_set = OrderedDict.__setitem__  # super() would be found anew each time


class Recent(OrderedDict[_Key, _Value]):
    """The latest entries: beyond ``most`` the oldest go."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: _Key, value: _Value) -> None:
        if key in self:
            self.move_to_end(key)
        _set(self, key, value)
        if len(self) > self._most:
            self.popitem(last=False)
