"""The grounds on which somebody objects to an entry, in words."""

from django.utils.translation import gettext_lazy

GROUNDS = [
    ("ineligible", gettext_lazy("不符合条件")),
    ("false-material", gettext_lazy("材料不实")),
    ("conflict", gettext_lazy("利益关系")),
    ("procedure", gettext_lazy("程序问题")),
    ("other", gettext_lazy("其他")),
]
