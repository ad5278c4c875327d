"""How is a model's stream read within its time, and which of our failures does each of its errors become?"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable
from datetime import timedelta

import httpx2
import openai
from openai import AsyncStream

from activities.map_model_error import map_model_error
from contracts.errors import ModelFailed


async def read_stream[Event](opening: Awaitable[AsyncStream[Event]], *, within: timedelta) -> AsyncGenerator[Event]:
    """The raw events of one answer, all of them within `within`; closed when nobody reads on. Raises ModelFailed.

    The limit is set anew for every step, because one task may await the first event and another the rest.
    """
    deadline = asyncio.get_running_loop().time() + within.total_seconds()
    stream: AsyncStream[Event] | None = None
    try:
        async with asyncio.timeout_at(deadline):
            stream = await opening
        events = aiter(stream)
        while True:
            async with asyncio.timeout_at(deadline):
                event = await anext(events, None)
            if event is None:
                return
            yield event
    except TimeoutError as error:
        raise ModelFailed("model.timeout", "the model did not answer in time", retryable=True) from error
    except openai.OpenAIError as error:
        raise map_model_error(error, begun=stream is not None) from error
    except (httpx2.HTTPError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ModelFailed("model.broken_stream", "the model's stream was cut", retryable=True) from error
    finally:
        if stream is not None:
            await stream.close()
