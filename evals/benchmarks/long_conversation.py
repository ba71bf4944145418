"""One conversation of a thousand turns: `python -m evals.benchmarks.long_conversation URL [--turns 1000]`.

Follow-ups that lean on what was said, over HTTP, one after the other. Over the last tenth the same is asked turn about
in conversations that have just begun: prints the median time of both and their ratio, about 1 where a turn costs the
same however long the conversation has grown.
"""

from __future__ import annotations

import argparse
import statistics
import time

import httpx

QUESTIONS = (
    "Who met in Sochi?",
    "What did they agree on?",
    "When will it be created?",
    "And how wide will it be?",
    "Who will patrol it?",
    "Why?",
)


class Conversation:
    """One that goes on; took: seconds of each turn."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._id: str | None = None
        self.took: list[float] = []

    def ask(self) -> None:
        """Raises httpx.HTTPError for a turn that fails."""
        body = {"question": QUESTIONS[len(self.took) % len(QUESTIONS)]}
        start = time.perf_counter()
        response = self._client.post("/v1/chat", json=body | ({"conversation_id": self._id} if self._id else {}))
        self.took.append(time.perf_counter() - start)
        self._id = response.raise_for_status().json()["conversation_id"]

    def kept(self) -> int:
        return len(self._client.get(f"/v1/conversations/{self._id}").raise_for_status().json()["turns"])


def measure(client: httpx.Client, turns: int) -> tuple[list[float], list[float]]:
    """Seconds of the long conversation's last tenth, and of the short ones'.

    Raises RuntimeError where turns were lost.
    """
    long, short, shorts = Conversation(client), Conversation(client), list[float]()
    for number in range(turns):
        # As many turns into the questions as the long one, so that both are asked the same.
        if number >= turns - turns // 10:
            if len(short.took) == len(QUESTIONS):
                short = Conversation(client)
            short.ask()
            shorts.append(short.took[-1])
        long.ask()
    if long.kept() != turns:
        raise RuntimeError(f"{turns} turns were asked and {long.kept()} are kept")
    return long.took[-len(shorts) :], shorts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--turns", type=int, default=1000)
    given = parser.parse_args()
    if given.turns < 10:
        parser.error("--turns: ask for at least 10")
    with httpx.Client(base_url=given.url, timeout=60, trust_env=False) as client:
        long, short = (1000 * statistics.median(each) for each in measure(client, given.turns))
    print(f"{given.turns} turns, all kept")
    print(f"the last {given.turns // 10} took {long:.0f} ms, in short conversations {short:.0f} ms (medians)")
    print(f"ratio {long / short:.2f}")


if __name__ == "__main__":
    main()
