"""What a model's failure means to whoever called: one problem each, with the next step."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sessions.errors import LimitReached, ModelFailed, NoModel, WaggleError, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError

_AGAIN = "Nothing is lost: run the same command again, it goes on from here."
_SHOWN = 300


@contextmanager
def failures_of(name: str, *, measured: bool = False) -> Iterator[None]:
    """Raise NoModel, ModelFailed or LimitReached in place of what Pydantic AI raises.

    `measured` says that a bound was asked for which holds only where usage and prices are known:
    then their lack is an error, else it is nothing.
    """
    from pydantic_ai import CostNotFoundWarning, UsageLimitUnavailableWarning, exceptions

    unknown = (CostNotFoundWarning, UsageLimitUnavailableWarning)
    try:
        with warnings.catch_warnings():
            for warning in unknown:
                warnings.simplefilter("error" if measured else "ignore", warning)
            yield
    except unknown as error:
        raise LimitReached(
            f"a bound on tokens or cost cannot hold: {shown(name)} reports no usage or price",
            "Bound it by --max-requests instead: the same command goes on from here.",
        ) from error
    except exceptions.UsageLimitExceeded as error:
        raise LimitReached(
            f"the model {shown(name)} came to a limit: {shown(error, _SHOWN)}",
            "Run the same command again with a higher --max-requests, --max-tokens or --max-cost.",
        ) from error
    except exceptions.RunTimedOut as error:
        raise LimitReached(
            f"the model {shown(name)} was not done in time",
            "Run the same command again, with a longer --timeout: it goes on from here.",
        ) from error
    except exceptions.ModelHTTPError as error:
        raise _of_status(name, error) from error
    except exceptions.ModelAPIError as error:
        raise ModelFailed(f"the model {shown(name)} failed: {_told(error)}", _AGAIN) from error
    except exceptions.UnexpectedModelBehavior as error:
        raise ModelFailed(
            f"the model {shown(name)} gave no answer that can be used: {_told(error)}",
            "Run the same command again, or take a stronger --model.",
        ) from error
    except exceptions.UserError as error:
        raise NoModel(
            f"the model {shown(name)} cannot be used here: {_told(error)}",
            "`models` lists what can be used here and now.",
        ) from error
    except ImportError as error:
        raise NoModel(
            f"the model {shown(name)} needs a package: {_told(error)}",
            f"`models` says how to install it{_named(error)}.",
        ) from error


def _named(error: ImportError) -> str:
    return f" ({shown(error.name, 40)} is missing)" if error.name else ""


def _of_status(name: str, error: ModelHTTPError) -> WaggleError:
    status = error.status_code
    if status in {401, 403}:  # the body may quote a part of the key
        return NoModel(
            f"the model {shown(name)} refused the login ({status})",
            "Log in again, or set a key that is valid; `models` says what is looked at.",
        )
    if status == 404:
        return NoModel(
            f"there is no model {shown(name)} for this login (404)",
            "Take another --model; `models` shows examples.",
        )
    message = f"the model {shown(name)} answered {status}: {shown(error.body or '', _SHOWN)}"
    if status == 429:
        return ModelFailed(message, f"Its limit is reached: wait. {_AGAIN}")
    if status >= 500:
        return ModelFailed(message, f"It is overloaded or down: wait a moment. {_AGAIN}")
    return ModelFailed(
        message, "Take another --model, or --fresh for a conversation that is shorter."
    )


def _told(error: ModelAPIError | Exception) -> str:
    return shown(getattr(error, "message", None) or error, _SHOWN)
