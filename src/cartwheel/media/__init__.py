"""Pictures: uploaded by signed URL, cleaned, shown in several sizes, swept when nobody uses them."""

from cartwheel.media.model import Media, media_id_of, sources
from cartwheel.media.provider import Files
from cartwheel.media.service import MediaLibrary
from cartwheel.media.tables import MEDIA, TABLES, UPLOADS, USES

__all__ = ["MEDIA", "TABLES", "UPLOADS", "USES", "Files", "Media", "MediaLibrary", "media_id_of", "sources"]
