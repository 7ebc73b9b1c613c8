"""The doors of the house."""

from django.contrib import admin
from django.urls import include, path

from pinzhi.web import health
from pinzhi.web.api.urls import api

handler400 = "pinzhi.web.errors.bad_request"
handler403 = "pinzhi.web.errors.forbidden"
handler404 = "pinzhi.web.errors.not_found"
handler500 = "pinzhi.web.errors.broken"

urlpatterns = [
    path("healthz", health.healthz),
    path("metrics", health.metrics),
    path("api/v1/", api.urls),
    path("accounts/", include("allauth.urls")),
    path("desk/", include("pinzhi.web.desk.urls")),
    path("operator/", admin.site.urls),
    path("", include("pinzhi.web.portal.urls")),
]
