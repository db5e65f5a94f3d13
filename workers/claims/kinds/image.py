"""Images: name and tag, whether that is pinned; user, ports and health check of the container."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed, doubted, place, refuted
from workers.claims.kinds.declared import are_whole, declared_in, line_with, names_of, records
from workers.claims.kinds.places import cited_in, no_such_file, rows_of, sources_of
from workers.delivery.delivery import problem, text_of
from workers.readers.declared import image_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.readers.declared import Container
    from workers.repository.source import Source

_HUB = lazy_pattern(r"(?:(?:registry-1\.|index\.)?docker\.io/)?(?:library/)?")
# Files that declare every image by its name; a pipeline may build one that it names elsewhere.
_NAMES_ALL = frozenset({"Dockerfile", "compose", "Kubernetes"})
_DIGIT = lazy_pattern(r"[0-9]")
_ROOT = frozenset({"root", "0"})


class At(NamedTuple):
    """A container of a file."""

    source: Source
    container: Container


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield what is said of images."""
    for pointer, row, claim in rows_of(delivery, "image"):
        written = text_of(row, "image")
        if not written:
            continue
        base = replace(claim, subject=written)
        yield replace(base, kind="image", says=written)
        for key, kind in (("tag", "tag"), ("user", "user")):
            if text_of(row, key):
                yield replace(base, kind=kind, says=text_of(row, key), pointer=f"{pointer}/{key}")
        for key in ("pinned", "healthcheck"):
            if isinstance(row.get(key), bool):
                yield replace(base, kind=key, says=row[key], pointer=f"{pointer}/{key}")
        ports = row.get("ports")
        for position, port in enumerate(ports if isinstance(ports, list) else []):
            if isinstance(port, int) and not isinstance(port, bool):
                where = f"{pointer}/ports/{position}"
                yield replace(base, kind="port", says=port, pointer=where)


def is_same_image(declared: str, claimed: str) -> bool:
    """Tell whether two texts name one image; a claimed one without a tag is of any."""
    known, meant = image_parts(declared), image_parts(claimed)
    if _plain(known.name) != _plain(meant.name):
        return False
    is_tag = meant.tag in {None, known.tag} or (meant.tag == "latest" and known.tag is None)
    return is_tag and meant.digest in {None, known.digest}


def _plain(name: str) -> str:
    match = _HUB.match(name)
    return name[match.end() if match else 0 :].lower()


def decide_image(ground: Ground, claim: Claim) -> Verdict:
    """The file declares the image."""
    missing = no_such_file(ground, claim, text_of(claim.entry, "file"))
    if missing is not None:
        return missing
    same = _same(ground, claim)
    if same:
        return confirmed(same[0].source.path, same[0].container.line)
    sources = sources_of(ground, claim)
    name = image_parts(claim.says).name
    if not sources or any(_holds(source, name) for source in sources):
        return UNDECIDED
    message = f"`{place(sources[0].path, None)}` does not name the image {shown(claim.says, 80)}"
    known = [declared_in(source) for source in sources]
    names_all = all(each is not None and each.format in _NAMES_ALL for each in known)
    if names_all and are_whole(sources, "containers"):
        declares = names_of(sources, "containers") or "no image"
        where = ground.place(claim, "image")
        return refuted(problem("K70", message, f"It declares {declares}.", where), sources[0].path)
    hint = "Name the file that declares it, and cite the line."
    return doubted(problem("K75", message, hint, ground.place(claim, "image")))


def _holds(source: Source, name: str) -> bool:
    last = name.rsplit("/", 1)[-1]
    return bool(last) and line_with(source, last) is not None


def _containers(sources: Sequence[Source]) -> list[At]:
    return [At(source, container) for source, container in records(sources, "containers")]


def _same(ground: Ground, claim: Claim) -> list[At]:
    """Return the containers of the image: those on cited lines, if any are."""
    same = _all_of_image(ground, claim)
    starting = [at for at in same if _is_cited(claim, at, at.container.line)]
    return starting or [at for at in same if _is_cited(claim, at, at.container.last)] or same


def _all_of_image(ground: Ground, claim: Claim) -> list[At]:
    """Return the containers of the image, those of the tag that is claimed, if any are."""
    sources = sources_of(ground, claim)
    name = image_parts(claim.subject)
    wanted = f"{name.name}:{name.tag}" if name.tag else name.name
    same = [at for at in _containers(sources) if is_same_image(at.container.image, wanted)]
    tag = text_of(claim.entry, "tag")
    return [at for at in same if tag and image_parts(at.container.image).tag == tag] or same


def _is_cited(claim: Claim, at: At, last: int) -> bool:
    """Tell whether a cited line is among those of a container, up to a last one."""
    lines = cited_in(claim, at.source)
    return any(first <= last and at.container.line <= end for first, end in lines)


def _running(same: Sequence[At]) -> list[At]:
    """Return what runs: of a Dockerfile the last stage, where it is made from the same image."""
    running = []
    for at in same:
        known = declared_in(at.source)
        stages = known.containers if known and known.format == "Dockerfile" else ()
        whole = [stage for stage in stages if stage.whole and stage.image == at.container.image]
        is_last = bool(whole) and whole[-1] is [each for each in stages if each.whole][-1]
        running.append(At(at.source, whole[-1]) if is_last else at)
    return running


def _is_certain(claim: Claim, same: Sequence[At]) -> bool:
    """Tell whether all is known of containers: of their files, or of those that are cited."""
    if not same or are_whole([at.source for at in same], "containers"):
        return bool(same)
    return all(_is_cited(claim, at, at.container.line) and _is_whole(at) for at in same)


def _is_whole(at: At) -> bool:
    """Tell whether what is not known of a Compose file is of other services."""
    known = declared_in(at.source)
    return (
        known is not None
        and known.format == "compose"
        and all(
            gap.topic and not at.container.line <= gap.line <= at.container.last
            for gap in known.unread_of("containers")
        )
    )


def decide_tag(ground: Ground, claim: Claim) -> Verdict:
    """The image has the tag, or the digest; without any it is `latest`."""
    same, says = _same(ground, claim), claim.says.removeprefix(":")
    for at in same:
        parts = image_parts(at.container.image)
        implied = "latest" if parts.digest is None else None
        if says in {parts.tag or implied, parts.digest, f"{parts.tag}@{parts.digest}"}:
            return confirmed(at.source.path, at.container.line)
    if not _is_certain(claim, same) or "$" in says:
        return UNDECIDED
    first = same[0]
    tag = image_parts(first.container.image).tag
    has = f"the tag {shown(tag, 60)[1:-1]}" if tag else "no tag"
    message = f"the image {shown(claim.subject, 80)} has {has}, not {shown(says, 60)[1:-1]}"
    hint = f"Write {shown(tag, 60)[1:-1]}." if tag else "Write null, or latest."
    refutation = problem("K70", message, hint, ground.place(claim))
    return refuted(refutation, first.source.path, first.container.line)


def decide_pinned(ground: Ground, claim: Claim) -> Verdict:
    """The image has a digest, or a tag other than `latest`."""
    same = _same(ground, claim)
    answers = {_is_pinned(at.container.image) for at in same}
    if len(answers) != 1 or None in answers or not _is_certain(claim, same):
        return UNDECIDED
    first = same[0]
    if claim.says in answers:
        return confirmed(first.source.path, first.container.line)
    written = shown(first.container.image, 80)
    message = f"{written} is {'not ' if claim.says else ''}pinned"
    hint = f"Write {str(not claim.says).lower()}: a digest, or a tag other than latest, pins it."
    refutation = problem("K71", message, hint, ground.place(claim))
    return refuted(refutation, first.source.path, first.container.line)


def _is_pinned(written: str) -> bool | None:
    """Tell whether an image is pinned; None of a tag that names no version: `stable`, `lts`."""
    parts = image_parts(written)
    if parts.digest is not None:
        return True
    if parts.tag in {None, "latest"}:
        return False
    return True if _DIGIT.search(parts.tag or "") else None


def decide_user(ground: Ground, claim: Claim) -> Verdict:
    """The container runs as the user that the file sets."""
    same = _running(_same(ground, claim))
    users = [(at, at.container.user) for at in same if at.container.user]
    says = claim.says.strip().partition(":")[0]
    for at, user in users:
        if says in {user, str(user).partition(":")[0]} or {says, user} <= _ROOT:
            return confirmed(at.source.path, at.container.line)
    if not _is_certain(claim, same) or "$" in says:
        return UNDECIDED
    first = same[0]
    if not users:
        is_named = any(says.lower() in at.container.image.lower() for at in same)
        if says in _ROOT or is_named or any(not at.container.whole for at in same):
            return UNDECIDED
        message = f"`{place(first.source.path, None)}` sets no user for {shown(claim.subject, 80)}"
        hint = "Write null, or cite the line that sets it."
        return doubted(problem("K75", message, hint, ground.place(claim)))
    user = str(users[0][1]).partition(":")[0]
    if user.isdigit() != says.isdigit():
        return UNDECIDED  # a name and a number may be one user
    message = f"the user of {shown(claim.subject, 80)} is {shown(user, 40)[1:-1]}"
    hint = f"Write {shown(user, 40)[1:-1]}."
    refutation = problem(
        "K72", f"{message}, not {shown(says, 40)[1:-1]}", hint, ground.place(claim)
    )
    return refuted(refutation, first.source.path, first.container.line)


def decide_healthcheck(ground: Ground, claim: Claim) -> Verdict:
    """The file declares a health check for the container, or a probe."""
    same = _running(_same(ground, claim))
    known = {at.container.healthcheck for at in same}
    files = {source.path for source, _, _ in claim.cited} - {at.source.path for at in same}
    if len(known) != 1 or None in known or not _is_certain(claim, same):
        return UNDECIDED
    first = same[0]
    if claim.says in known:
        return confirmed(first.source.path, first.container.line)
    others = _running(_all_of_image(ground, claim))
    if any(at.container.healthcheck == claim.says for at in others):
        return UNDECIDED  # another container of the image is so
    if claim.says and (files or not all(at.container.whole for at in same)):
        return UNDECIDED  # another file that is cited may have it, or the image that is built
    what = "no health check" if claim.says else "a health check"
    message = f"`{place(first.source.path, None)}` declares {what} for {shown(claim.subject, 80)}"
    hint = f"Write {str(not claim.says).lower()}."
    refutation = problem("K72", message, hint, ground.place(claim))
    return refuted(refutation, first.source.path, first.container.line)


def decide_port(ground: Ground, claim: Claim) -> Verdict:
    """The file declares the port."""
    same, sources = _same(ground, claim), sources_of(ground, claim)
    for at in [*same, *_containers(sources)]:
        if claim.says in at.container.ports:
            return confirmed(at.source.path, at.container.line)
    cited = [source for source, _, _ in claim.cited]
    if not _is_certain(claim, same) or any(
        line_with(s, str(claim.says)) for s in (*sources, *cited)
    ):
        return UNDECIDED
    first = same[0]
    known = sorted({port for at in same for port in at.container.ports})
    message = f"`{place(first.source.path, None)}` does not declare the port {claim.says}"
    hint = f"It declares {', '.join(map(str, known[:8]))}." if known else "It declares no port."
    refutation = problem("K72", message, hint, ground.place(claim))
    return refuted(refutation, first.source.path, first.container.line)


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "image": decide_image,
    "tag": decide_tag,
    "pinned": decide_pinned,
    "user": decide_user,
    "healthcheck": decide_healthcheck,
    "port": decide_port,
}
