"""A dish's photo as a file. It tells nothing of any home, so whoever has its random name may see it: browsers keep it
for a year (another photo has another name), and the bucket, if there is one, stays private.
"""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from mealplans import photos


@require_safe
def by_name(http: HttpRequest, name: str) -> FileResponse:
    """GET /dish-photo/<name>.jpg. Only what we drew ourselves lies there; it is a picture and nothing else."""
    try:
        file = default_storage.open(photos.path_of(name))
    except FileNotFoundError as problem:
        raise Http404("There is no such photo.") from problem
    answer = FileResponse(file, content_type="image/jpeg")
    answer["Content-Disposition"] = f'inline; filename="{name}.jpg"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["X-Robots-Tag"] = "noindex"
    return answer
