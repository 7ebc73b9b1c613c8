"""What does a background task of each kind; each of these bears doing the same task twice."""

from collections.abc import Mapping

from pinzhi.records.files.screening import KIND as SCAN
from pinzhi.records.notices.actions import MAIL
from pinzhi.records.notices.letters import KIND as LETTER
from pinzhi.records.notices.letters import send_letter
from pinzhi.records.notices.mail import send_message
from pinzhi.records.notices.screening import examine_and_tell
from pinzhi.records.notices.webhooks.delivering import deliver
from pinzhi.records.notices.webhooks.telling import KIND as WEBHOOK
from pinzhi.records.tasks.queue import Do

TASKS: Mapping[str, Do] = {
    MAIL: send_message,
    LETTER: send_letter,
    SCAN: examine_and_tell,
    WEBHOOK: deliver,
}
