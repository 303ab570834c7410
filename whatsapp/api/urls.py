from __future__ import annotations

from django.urls import path

from whatsapp.api import people, views

app_name = "api"
urlpatterns = [
    path("messages", views.Messages.as_view(), name="messages"),
    path("messages/bulk", views.Bulk.as_view(), name="bulk"),
    path("messages/<uuid:id>", views.OneMessage.as_view(), name="message"),
    path("templates", views.Templates.as_view(), name="templates"),
    path("contacts", people.Contacts.as_view(), name="contacts"),
    path("contacts/<int:id>", people.OneContact.as_view(), name="contact"),
    path("contacts/<int:id>/consent", people.Consent.as_view(), name="consent"),
]
