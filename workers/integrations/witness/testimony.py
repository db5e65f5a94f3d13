"""The witness that a hook brings: called with a delivery, it says what the transcript denies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workers.clients import DEFAULT_CLIENT

if TYPE_CHECKING:
    from pathlib import Path

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery


class Witness(NamedTuple):
    """The transcript of the agent that made a report, and the folder of its session."""

    transcript: Path
    session: Path
    client: str = DEFAULT_CLIENT
    agent: str | None = None

    def __call__(self, delivery: Delivery) -> list[Problem]:
        """Return the problems W40 to W43 of a delivery; none where the transcript tells too little.

        A fault of ours is silence: what an agent leaves in a transcript decides over no report.
        """
        from workers.integrations.witness.comparing import witnessed
        from workers.integrations.witness.stated import stated_in
        from workers.integrations.witness.transcript import read_seen

        root = str(delivery.repository.root)
        own = (delivery.notes_file, delivery.json_file)
        try:
            session, client = str(self.session), self.client
            seen = read_seen(self.transcript, root, own, session, client=client, agent=self.agent)
            return list(witnessed(stated_in(delivery), seen)) if seen.whole else []
        except Exception:  # noqa: BLE001 - see above
            return []
