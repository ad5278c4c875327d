"""Are exactly the round trips of turns counted, by the server's own log?"""

from evals.bench.statements import FRAMES, turn_words

BEGIN = "statement: BEGIN ISOLATION LEVEL READ COMMITTED;"
COMMIT = "statement: COMMIT;"
READ = "execute __asyncpg_stmt_2__: SELECT handrail.requests.request_id, handrail.requests.told_epoch \n\tFROM x"
NUMBER = "execute __asyncpg_stmt_3__: WITH numbered AS (\n\tUPDATE handrail.requests SET next_event = 1)"
BODY = "execute <unnamed>: SELECT handrail.inbox.body \n\tFROM handrail.inbox JOIN handrail.requests ON true"
SWEEP = "execute __asyncpg_stmt_4__: SELECT a \n\tFROM handrail.inbox JOIN handrail.requests FOR UPDATE SKIP LOCKED"
UNTOLD = "execute __asyncpg_stmt_5__: SELECT a \n\tWHERE told_epoch < epoch FOR UPDATE SKIP LOCKED"
ACTIVE = "execute __asyncpg_stmt_6__: SELECT a \n\tFROM handrail.pack_activations \n\tWHERE pack = $1"


def log_of(*lines: tuple[int, str], whose: str = "handrail") -> str:
    """What the server writes: who, how long, what; a statement's further lines are indented."""
    times = [f"2026-11-21 11:11:52.{n:03} UTC" for n in range(len(lines))]
    return "\n".join(
        f"{time} [{pid}] {whose} LOG:  duration: 0.04 ms  {said}"
        for time, (pid, said) in zip(times, lines, strict=True)
    )


def test_a_read_of_a_request_counts_whatever_columns_it_names() -> None:
    words = turn_words(log_of((1, BEGIN), (1, READ), (1, NUMBER), (1, BODY), (1, COMMIT)))
    assert words == ["BEGIN", "SELECT", "WITH", "SELECT", "COMMIT"]
    assert [word for word in words if word not in FRAMES] == ["SELECT", "WITH", "SELECT"]


def test_what_runs_by_the_clock_is_left_out_with_its_transaction() -> None:
    swept = [(1, BEGIN), (1, SWEEP), (1, UNTOLD), (1, COMMIT)]
    followed = [(2, BEGIN), (2, ACTIVE), (2, COMMIT)]
    assert turn_words(log_of(*swept, *followed)) == []


def test_a_turn_that_asks_for_the_active_version_counts() -> None:
    alone = turn_words(log_of((2, ACTIVE)))
    among = turn_words(log_of((2, BEGIN), (2, READ), (2, ACTIVE), (2, COMMIT)))
    assert (alone, among) == (["SELECT"], ["BEGIN", "SELECT", "SELECT", "COMMIT"])


def test_transactions_of_several_connections_are_told_apart() -> None:
    mixed = log_of((1, BEGIN), (2, BEGIN), (1, SWEEP), (2, READ), (2, COMMIT), (1, COMMIT), (2, READ))
    assert turn_words(mixed) == ["BEGIN", "SELECT", "COMMIT", "SELECT"]


def test_only_handrails_executions_count() -> None:
    bound = (1, READ.replace("execute", "bind"))
    assert turn_words(log_of((1, READ), whose="temporal") + "\n" + log_of(bound)) == []
