import asyncio

from crossgate.serve.tasks import cancel


def test_a_task_that_runs_is_ended_and_may_clean_up() -> None:
    async def test() -> None:
        steps = []

        async def work() -> None:
            steps.append("begin")
            try:
                await asyncio.Event().wait()
            finally:
                steps.append("end")

        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        await cancel(task)
        assert task.cancelled()
        assert steps == ["begin", "end"]

    asyncio.run(test())


def test_a_task_that_is_done_keeps_its_result() -> None:
    async def test() -> None:
        async def work() -> int:
            return 1

        task = asyncio.create_task(work())
        await task
        await cancel(task)
        assert task.result() == 1

    asyncio.run(test())
