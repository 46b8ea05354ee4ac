"""Calls for proposals: what is asked, what was handed in, who reviewed it, what was decided and said."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from events.catalogue.models import Event
from events.people.models import Person
from events.schedule.models import Session, SessionType, Track


class Call(Model):
    """One call for proposals of an event: papers, posters, pre-conferences.

    opens_at, closes_at   aware UTC; a proposal can be handed in from the one until before the other
    grace_minutes         a form that was open at `closes_at` may still be handed in so much later
    who                   anyone, members, by_code
    code_hash             of the access code, for by_code
    track_ids, type_ids   what may be chosen; empty for all of the event
    title_limit … in characters, abstract_words and description_words in words; null for no limit
    most_per_person       proposals one person may hand in; null for no limit
    announced             shown on the event's page; an unannounced one is reached by who knows its address
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="calls", on_delete=fields.CASCADE, db_index=True
    )
    slug = fields.CharField(max_length=80)
    title = fields.CharField(max_length=200)
    words = fields.TextField(default="", db_default="")
    opens_at = fields.DatetimeField()
    closes_at = fields.DatetimeField()
    grace_minutes = fields.IntField(default=15, db_default=15)
    who = fields.CharField(max_length=12, default="anyone", db_default="anyone")
    code_hash = fields.BinaryField(null=True)
    track_ids = ArrayField("int", default=list)
    type_ids = ArrayField("int", default=list)
    abstract_words = fields.IntField(null=True)
    description_words = fields.IntField(null=True)
    most_per_person = fields.IntField(null=True)
    announced = fields.BooleanField(default=False, db_default=False)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "call"
        unique_together = (("event", "slug"),)


class CallQuestion(Model):
    """A question of a call.

    about      proposal, or presenter (each presenter answers)
    kind       text, long, number, yes_no, choice, choices, file, link
    options    [{"value": ..., "words": ...}] for choice and choices
    shown_if   {"question": id, "in": [values]} or {}; a question that is not shown is not required
    reviewers  whether reviewers see the answer (in a blind phase only what is not about a person)
    retired_at   taken away, or changed into another question, after somebody had answered: asked no more, and what was
                 answered is kept and shown as asked before
    """

    id = fields.IntField(primary_key=True)
    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField(
        "calls.Call", related_name="questions", on_delete=fields.CASCADE, db_index=True
    )
    about = fields.CharField(max_length=12, default="proposal", db_default="proposal")
    kind = fields.CharField(max_length=12)
    label = fields.CharField(max_length=300)
    help = fields.TextField(default="", db_default="")
    required = fields.BooleanField(default=False, db_default=False)
    words = fields.IntField(null=True)
    options = fields.JSONField[list[dict[str, str]]](default=list)
    shown_if = fields.JSONField[dict[str, object]](default=dict)
    reviewers = fields.BooleanField(default=True, db_default=True)
    position = fields.IntField(default=0, db_default=0)
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "call_question"


class Proposal(Model):
    """What somebody handed in, or is still writing.

    code      public in its call, 6 of A-Z0-9
    state     draft, submitted, accepted, confirmed, waitlisted, declined, withdrawn (`calls.states`)
    answers   {question id: value}; of presenters in ProposalPerson
    session   made when it is accepted
    Kept as long as the event; drafts that were never handed in are deleted 90 days after the call closed.
    """

    id = fields.BigIntField(primary_key=True)
    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField(
        "calls.Call", related_name="proposals", on_delete=fields.CASCADE, db_index=True
    )
    code = fields.CharField(max_length=12)
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="proposals", on_delete=fields.RESTRICT, db_index=True
    )
    state = fields.CharField(max_length=12, default="draft", db_default="draft")
    title = fields.CharField(max_length=300, default="", db_default="")
    abstract = fields.TextField(default="", db_default="")
    description = fields.TextField(default="", db_default="")
    language = fields.CharField(max_length=12, default="", db_default="")
    track: fields.ForeignKeyNullableRelation[Track] = fields.ForeignKeyField(
        "schedule.Track", related_name="proposals", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    type: fields.ForeignKeyNullableRelation[SessionType] = fields.ForeignKeyField(
        "schedule.SessionType", related_name="proposals", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    note = fields.TextField(default="", db_default="")
    answers = fields.JSONField[dict[str, object]](default=dict)
    session: fields.OneToOneNullableRelation[Session] = fields.OneToOneField(
        "schedule.Session", related_name="proposal", null=True, on_delete=fields.SET_NULL
    )
    version = fields.IntField(default=1, db_default=1)
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()
    submitted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "proposal"
        unique_together = (("call", "code"),)


class ProposalPerson(Model):
    """A presenter of a proposal: somebody with an account, or an address that was invited, or only a name.

    state   named, invited, accepted, declined; who hands in is accepted at once
    token_hash   of the link in the invitation, until it is answered
    """

    id = fields.BigIntField(primary_key=True)
    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "calls.Proposal", related_name="people", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="proposal_roles", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    name = fields.CharField(max_length=200)
    email = fields.CharField(max_length=254, default="", db_default="")
    role = fields.CharField(max_length=20, default="speaker", db_default="speaker")
    state = fields.CharField(max_length=12, default="named", db_default="named")
    token_hash = fields.BinaryField(null=True)
    invited_at = fields.DatetimeField(null=True)
    answered_at = fields.DatetimeField(null=True)
    answers = fields.JSONField[dict[str, object]](default=dict)
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "proposal_person"


class ProposalFile(Model):
    """A file that answers a question. Its bytes lie under the house's directory, by their sha256.

    presenter   whose answer it is, to a question to each presenter; null for one about the proposal
    """

    id = fields.BigIntField(primary_key=True)
    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "calls.Proposal", related_name="files", on_delete=fields.CASCADE, db_index=True
    )
    question: fields.ForeignKeyRelation[CallQuestion] = fields.ForeignKeyField(
        "calls.CallQuestion", related_name="files", on_delete=fields.CASCADE, db_index=True
    )
    presenter: fields.ForeignKeyNullableRelation[ProposalPerson] = fields.ForeignKeyField(
        "calls.ProposalPerson", related_name="files", null=True, on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=200)
    media_type = fields.CharField(max_length=100)
    size = fields.IntField()
    sha256 = fields.CharField(max_length=64)
    added_at = fields.DatetimeField()

    class Meta:
        table = "proposal_file"


class ReviewPhase(Model):
    """A time in which reviewers of a call see proposals in one way.

    blind         no names, no answers about people; also in searches and exports
    sees_others   after one’s own review: never, scores, or all of the others’ reviews
    per_proposal  reviews each proposal should get
    """

    id = fields.IntField(primary_key=True)
    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField(
        "calls.Call", related_name="phases", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=120)
    opens_at = fields.DatetimeField()
    closes_at = fields.DatetimeField()
    blind = fields.BooleanField(default=True, db_default=True)
    sees_others = fields.CharField(max_length=12, default="never", db_default="never")
    per_proposal = fields.IntField(default=3, db_default=3)

    class Meta:
        table = "review_phase"


class Criterion(Model):
    """What is scored, from 0 to `most` points, and how much it weighs in the mean."""

    id = fields.IntField(primary_key=True)
    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField(
        "calls.Call", related_name="criteria", on_delete=fields.CASCADE, db_index=True
    )
    name = fields.CharField(max_length=120)
    help = fields.CharField(max_length=300, default="", db_default="")
    most = fields.IntField(default=5, db_default=5)
    weight = fields.IntField(default=1, db_default=1)
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "criterion"


class Reviewer(Model):
    """Somebody who reviews for a call; track_ids: only these tracks, empty for all. chair: sees names, decides.

    left_at   since when they do not any more: they see nothing of the call, and their given reviews count
    """

    id = fields.IntField(primary_key=True)
    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField(
        "calls.Call", related_name="reviewers", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="reviewer_of", on_delete=fields.CASCADE, db_index=True
    )
    track_ids = ArrayField("int", default=list)
    chair = fields.BooleanField(default=False, db_default=False)
    left_at = fields.DatetimeField(null=True)

    class Meta:
        table = "reviewer"
        unique_together = (("call", "person"),)


class Review(Model):
    """One reviewer's word on one proposal in one phase.

    state    open (handed to them, or begun), given, conflict (of interest: never shown to them again, with its reason)
    scores   {criterion id: points}
    """

    id = fields.BigIntField(primary_key=True)
    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "calls.Proposal", related_name="reviews", on_delete=fields.CASCADE, db_index=True
    )
    phase: fields.ForeignKeyRelation[ReviewPhase] = fields.ForeignKeyField(
        "calls.ReviewPhase", related_name="reviews", on_delete=fields.CASCADE, db_index=True
    )
    reviewer: fields.ForeignKeyRelation[Reviewer] = fields.ForeignKeyField(
        "calls.Reviewer", related_name="reviews", on_delete=fields.CASCADE, db_index=True
    )
    state = fields.CharField(max_length=12, default="open", db_default="open")
    scores = fields.JSONField[dict[str, int]](default=dict)
    comment = fields.TextField(default="", db_default="")
    reason = fields.CharField(max_length=300, default="", db_default="")
    version = fields.IntField(default=1, db_default=1)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "review"
        unique_together = (("proposal", "phase", "reviewer"),)


class Decision(Model):
    """What was decided, and the mail that says so: a draft until somebody sends it.

    becomes     the state the proposal has once it is sent: accepted, waitlisted, declined
    state       draft, sent, dropped
    version     of the draft: 1 as its text made it, more when somebody wrote in it
    confirm_by  the day until which who is accepted is to say whether they come
    """

    id = fields.BigIntField(primary_key=True)
    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "calls.Proposal", related_name="decisions", on_delete=fields.CASCADE, db_index=True
    )
    becomes = fields.CharField(max_length=12)
    subject = fields.CharField(max_length=200)
    body = fields.TextField()
    state = fields.CharField(max_length=12, default="draft", db_default="draft")
    decided_at = fields.DatetimeField()
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="decisions", null=True, on_delete=fields.SET_NULL
    )
    sent_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1, db_default=1)
    confirm_by = fields.DateField(null=True)
    reminded_at = fields.DatetimeField(null=True)

    class Meta:
        table = "decision"


class DecisionText(Model):
    """What a call writes to everybody of one outcome, with places to be filled; a call without one has the usual.

    becomes   as in Decision; places: `decision_texts.PLACES`
    """

    id = fields.IntField(primary_key=True)
    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField(
        "calls.Call", related_name="decision_texts", on_delete=fields.CASCADE, db_index=True
    )
    becomes = fields.CharField(max_length=12)
    subject = fields.CharField(max_length=200)
    body = fields.TextField()
    confirm_by = fields.DateField(null=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "decision_text"
        unique_together = (("call", "becomes"),)


class Vacancy(Model):
    """A role in a session that somebody who does not come was taken out of, until somebody else has it.

    name   of who had it, as it was then
    """

    id = fields.BigIntField(primary_key=True)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="vacancies", on_delete=fields.CASCADE, db_index=True
    )
    role = fields.CharField(max_length=20)
    name = fields.CharField(max_length=200)
    since = fields.DatetimeField()

    class Meta:
        table = "vacancy"
        unique_together = (("session", "role"),)


class EditRequest(Model):
    """A change a presenter asks for after the deadline; an organizer lets it in or not.

    changes   {field: [old, new]}; state: open, granted, declined
    """

    id = fields.BigIntField(primary_key=True)
    proposal: fields.ForeignKeyRelation[Proposal] = fields.ForeignKeyField(
        "calls.Proposal", related_name="edit_requests", on_delete=fields.CASCADE, db_index=True
    )
    asked_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="edit_requests", on_delete=fields.CASCADE, db_index=True
    )
    asked_at = fields.DatetimeField()
    changes = fields.JSONField[dict[str, list[object]]]()
    words = fields.TextField(default="", db_default="")
    state = fields.CharField(max_length=12, default="open", db_default="open")
    answered_at = fields.DatetimeField(null=True)
    answered_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="answered_edit_requests", null=True, on_delete=fields.SET_NULL
    )
    answer = fields.TextField(default="", db_default="")

    class Meta:
        table = "edit_request"


class Task(Model):
    """Something presenters of an event have to do until a day: a biography, a headshot, slides, a release form.

    kind    biography, headshot, av, release_form, slides, other
    roles   of `schedule.roles.ROLES` it concerns; type_ids: session types, empty for all
    """

    id = fields.IntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "catalogue.Event", related_name="tasks", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharField(max_length=16)
    title = fields.CharField(max_length=200)
    words = fields.TextField(default="", db_default="")
    due_on = fields.DateField()
    roles = ArrayField("text", default=list)
    type_ids = ArrayField("int", default=list)
    remind_days = ArrayField("int", default=list)
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "task"


class TaskAnswer(Model):
    """What a presenter did about a task: for biography and headshot once, for the rest once a session."""

    id = fields.BigIntField(primary_key=True)
    task: fields.ForeignKeyRelation[Task] = fields.ForeignKeyField(
        "calls.Task", related_name="done", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "people.Person", related_name="task_answers", on_delete=fields.CASCADE, db_index=True
    )
    session: fields.ForeignKeyNullableRelation[Session] = fields.ForeignKeyField(
        "schedule.Session", related_name="task_answers", null=True, on_delete=fields.CASCADE, db_index=True
    )
    words = fields.TextField(default="", db_default="")
    file_name = fields.CharField(max_length=200, default="", db_default="")
    media_type = fields.CharField(max_length=100, default="", db_default="")
    sha256 = fields.CharField(max_length=64, default="", db_default="")
    done_at = fields.DatetimeField()

    class Meta:
        table = "task_answer"
