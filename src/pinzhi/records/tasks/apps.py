"""Tells Django of the room."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "pinzhi.records.tasks"
    label = "tasks"
