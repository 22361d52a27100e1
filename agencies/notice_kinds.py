"""What a notice says, by its kind: English sentences that the catalogues translate.

`number`, `into`, `ticket`, `desk`, `minutes`, `count`, `time`, `period`, `version`, `outgoing`
come from the notice; `agency` is named from a code, `article` from the code of a policy, a value
ending in `_on` is a day in words, and `link` is drawn when the notice is sent, because no row holds
it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """`subject` heads an e-mail; a text message carries the text alone."""

    subject: str
    text: str


APPEAL = "Appeal %(number)s"
BOOKING_NOTICE = "Your visit to the reception hall"
RECEPTION_NOTICE = "Personal reception by heads"
TICKET_NOTICE = "Ticket %(ticket)s"
REPORT_NOTICE = "Report %(period)s of the reception hall"
PROPOSAL_NOTICE = "Recommendation %(number)s of the Public Council"
WORK_NOTICE = "Appeals that need you today: %(count)s"
GIVEN_NOTICE = "New appeals for you: %(count)s"
UNROUTED_NOTICE = "Claims that wait to be sent to an agency: %(count)s"
KINDS: dict[str, Wording] = {
    "appeal_registered": Wording(
        APPEAL,
        "Appeal %(number)s is registered. The answer is due by %(due_on)s (%(article)s). "
        "Follow it: %(link)s",
    ),
    "claim_redirected": Wording(
        APPEAL,
        "Appeal %(number)s was sent on to: %(agency)s. The answer is due by %(due_on)s "
        "(%(article)s). %(link)s",
    ),
    "claim_set_apart": Wording(
        APPEAL,
        "A further matter was found in appeal %(number)s and is answered by itself, by %(due_on)s "
        "(%(article)s). %(link)s",
    ),
    "term_extended": Wording(
        APPEAL,
        "The term of appeal %(number)s was extended to %(due_on)s (%(article)s). "
        "The reason: %(link)s",
    ),
    "kind_corrected": Wording(
        APPEAL,
        "The kind of appeal %(number)s was corrected. The answer is due by %(due_on)s "
        "(%(article)s). The reason: %(link)s",
    ),
    "appeal_merged": Wording(
        APPEAL,
        "Appeal %(number)s was joined to your appeal %(into)s on the same matter. One answer will "
        "come to both: %(link)s",
    ),
    "appeal_goes_on": Wording(
        APPEAL,
        "Appeal %(into)s was withdrawn. Your appeal %(number)s goes on by itself; the answer is "
        "due by %(due_on)s: %(link)s",
    ),
    "appeal_goes_on_late": Wording(
        APPEAL,
        "Appeal %(into)s was withdrawn. Your appeal %(number)s goes on by itself. Its last day, "
        "%(due_on)s, has passed: by law that counts as a refusal, and you may complain: %(link)s",
    ),
    "documents_asked": Wording(
        APPEAL,
        "Something is missing in appeal %(number)s. Please add it by %(until_on)s (%(article)s): "
        "%(link)s",
    ),
    "hearing_at": Wording(
        APPEAL,
        "A preliminary decision on appeal %(number)s is ready. The hearing: %(heard_on)s, "
        "%(time)s, %(place)s (%(article)s). You may state your view in writing too: %(link)s",
    ),
    "hearing_set": Wording(
        APPEAL,
        "A preliminary decision on appeal %(number)s is ready. You may state your view by "
        "%(heard_on)s (%(article)s): %(link)s",
    ),
    "claim_answered": Wording(
        APPEAL, "Appeal %(number)s is answered. Read the answer and rate it: %(link)s"
    ),
    "joint_sent": Wording(
        APPEAL, "The joint letter of the agencies to appeal %(number)s is ready: %(link)s"
    ),
    "claim_reopened": Wording(
        APPEAL,
        "Appeal %(number)s is open again. The answer is due by %(due_on)s (%(article)s): %(link)s",
    ),
    "review_decided": Wording(
        APPEAL,
        "The answer to appeal %(number)s was looked at again and stands. Why, and how to complain: "
        "%(link)s",
    ),
    "deemed_refused": Wording(
        APPEAL,
        "The term of appeal %(number)s is over without an answer. By law this counts as a refusal "
        "(%(article)s), and you may complain: %(link)s",
    ),
    "complaint_passed": Wording(
        APPEAL,
        "Complaint %(number)s was passed to the higher body (Code art. 91): %(body)s. %(link)s",
    ),
    "complaint_decided": Wording(
        APPEAL, "The complaint about appeal %(number)s is decided: %(link)s"
    ),
    "ticket_soon": Wording(
        TICKET_NOTICE, "Ticket %(ticket)s: about %(minutes)s minutes to your turn. %(link)s"
    ),
    "ticket_near": Wording(
        TICKET_NOTICE,
        "Ticket %(ticket)s: %(count)s before you. Please come to the desks. %(link)s",
    ),
    "ticket_called": Wording(TICKET_NOTICE, "Ticket %(ticket)s: please come to desk %(desk)s now."),
    "booking_soon": Wording(
        BOOKING_NOTICE,
        "You have a visit on %(visit_on)s at %(time)s: %(agency)s. If you cannot come, give the "
        "place back: %(link)s",
    ),
    "reception_cancelled": Wording(
        RECEPTION_NOTICE,
        "The reception on %(visit_on)s at %(time)s (%(agency)s) will not take place. Why, and how "
        "to choose another day: %(link)s",
    ),
    "work_waiting": Wording(
        WORK_NOTICE, "%(overdue)s overdue, %(soon)s due soon. Open the list: %(link)s"
    ),
    "work_back": Wording(
        WORK_NOTICE,
        "An appeal that was joined to another one is open again. Its last day: %(due_on)s. "
        "Open the list: %(link)s",
    ),
    "work_given": Wording(
        GIVEN_NOTICE, "They were given to you by a rule or by the head. Open the list: %(link)s"
    ),
    "work_unrouted": Wording(
        UNROUTED_NOTICE,
        "No agency has them yet, %(hours)s working hours and longer. Send them on: %(link)s",
    ),
    "edition_issued": Wording(
        REPORT_NOTICE,
        "The report %(period)s, version %(version)s, is issued. Sign in to read it: %(link)s",
    ),
    "edition_withdrawn": Wording(
        REPORT_NOTICE,
        "The report %(period)s, version %(version)s, is withdrawn. Please do not use it; the "
        "reason stands in the list: %(link)s",
    ),
    "answer_late": Wording(
        PROPOSAL_NOTICE,
        "The answer to letter %(outgoing)s of %(sent_on)s was due by %(due_on)s (%(article)s) and "
        "has not come. Please send it. The recommendation: %(link)s",
    ),
}
