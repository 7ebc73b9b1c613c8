"""The kinds of things receivers can be told of: a closed list, and nothing in it is about a person."""

from pinzhi.engine.texts import Text

# By the kind of thing a message is about. Appointments, sittings, training certificates and the like are not here.
KINDS: dict[str, Text] = {
    "case": Text("办件", "Case"),
    "quote": Text("询价", "Request for a quote"),
    "inspection": Text("现场检查", "Inspection"),
    "surveillance": Text("监督", "Surveillance"),
    "certificate": Text("证书", "Certificate"),
    "honour": Text("称号", "Title"),
    "organisation": Text("单位的变故", "Event at an organisation"),
    "bulletin": Text("简报", "Bulletin"),
}
TEST = "test"  # what a receiver is sent to try it out
