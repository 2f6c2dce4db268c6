"""Where uploads, pictures and their uses are kept."""

from datetime import datetime

from cartwheel.media.model import Media, MediaUse, Upload
from cartwheel.storage import Change, Delete, Index, Put, Query, Table, Update, absent, eq, ne

UPLOADS = Table("media_uploads", Upload, "upload_id", ttl="expires_at")
MEDIA = Table("media", Media, "media_id", indexes=(Index("by_disuse", "shard", "unused_since"),))
USES = Table("media_uses", MediaUse, "media_id", "user", indexes=(Index("by_user", "user"),))

TABLES = (UPLOADS, MEDIA, USES)


def begun(upload: Upload) -> Change:
    """Leave to send a file."""
    return Put(UPLOADS, upload, (absent(),))


def completed(upload: Upload, media_id: str) -> Change:
    """The upload has become a picture. Repeatable."""
    return Update(UPLOADS, (upload.upload_id,), set={"media_id": media_id})


def new(media: Media) -> Change:
    """A picture; conflicts when it is known already."""
    return Put(MEDIA, media, (absent(),))


def ready(media_id: str, widths: list[int]) -> Change:
    """All sizes are there; conflicts when the picture goes."""
    return Update(MEDIA, (media_id,), set={"widths": widths}, when=(eq("going_since", None),))


def used(media_id: str, user: str) -> list[Change]:
    """Somebody shows it; conflicts when it goes."""
    kept = Update(MEDIA, (media_id,), set={"unused_since": None}, when=(eq("going_since", None),))
    return [kept, Put(USES, MediaUse(media_id=media_id, user=user))]


def disused(media_id: str, user: str) -> Change:
    """Somebody shows it no more."""
    return Delete(USES, (media_id, user))


def unused(media_id: str, now: datetime) -> Change:
    """Nobody shows it."""
    return Update(MEDIA, (media_id,), set={"unused_since": now}, when=(eq("unused_since", None),))


def going(media: Media, now: datetime) -> Change:
    """From now on nobody can begin to show it; conflicts when somebody did."""
    when = (eq("unused_since", media.unused_since),)
    return Update(MEDIA, (media.media_id,), set={"going_since": now}, when=when)


def gone(media_id: str) -> Change:
    """Its files are removed."""
    return Delete(MEDIA, (media_id,), (ne("going_since", None),))


def uses_of(media_id: str) -> Query[MediaUse]:
    """Who shows a picture."""
    return Query(USES, media_id, limit=100)


def shown_by(user: str) -> Query[MediaUse]:
    """What somebody shows."""
    return Query(USES, user, "by_user", limit=100)


def out_of_use(before: datetime, limit: int) -> Query[Media]:
    """Pictures that nobody has shown since before."""
    return Query(MEDIA, "0", "by_disuse", high=before, limit=limit)
