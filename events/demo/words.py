"""The raw material of a demo: names, topics and places. Invented people; any likeness is chance."""

import random
from collections.abc import Iterator

GIVEN = (
    "Ada Amara Amina Ana Anders Aoife Asha Beatriz Bela Camille Carlos Chidi Chiara Dana Devi Dmitri Elena Elif Emeka Esther "
    "Farah Fatima Felix Freya Gabriel Grace Hana Haruto Ibrahim Ines Ingrid Isaac Jamal Jana Javier Jin Joana Jonas Kamala "
    "Keiko Kofi Lars Latoya Leila Li Lucia Luis Magda Malik Mara Marcus Maria Mateo Mei Mia Miriam Mohammed Nadia Naomi "
    "Nguyen Nia Noor Olga Omar Oscar Paloma Pavel Priya Quinn Rachel Rafael Ravi Rosa Ruth Samira Sanjay Sofia Soren "
    "Tamar Tariq Teresa Thandi Tomas Uma Valentina Viktor Wanda Wei Xiomara Yara Yusuf Zainab Zoe José Zoë Łukasz Øyvind "
    "Ayşe Đorđe Σοφία 美咲 지우 Олена"
).split()

FAMILY = (
    "Abara Adeyemi Ahmed Alvarez Andersen Baker Banerjee Bauer Begay Bianchi Blackwood Castillo Chen Cohen Costa Dahl Das "
    "Diaz Dubois Eriksen Evans Farouk Fernandez Fischer Flores Fontaine Garcia Ghosh Goldberg Gomez Gutierrez Haddad Hansen "
    "Hayashi Hernandez Hughes Ibarra Ito Ivanova Jackson Jensen Jimenez Kaplan Khan Kim Kowalski Kumar Larsen Lee Lindqvist "
    "Lopez Martin Mbeki Mendoza Mensah Meyer Mitchell Morales Murphy Nakamura Ndiaye Nguyen Nowak O’Brien Okafor Okonkwo "
    "Olsen Ortiz Osei Park Patel Pereira Petrov Popescu Ramirez Reyes Rivera Rossi Saito Sanchez Santos Schmidt Schwartz "
    "Sharma Silva Singh Smith Sorensen Suzuki Tanaka Thompson Torres Tremblay Vargas Vega Wagner Wang Washington Weber "
    "Williams Wright Yamamoto Yazzie Young Zhang Zimmermann Ångström Çelik Šimić"
).split()

TOPICS = (
    "access services|accessible collections|adult literacy|archives in small libraries|artificial intelligence at the desk|"
    "bookmobiles|born-digital records|budgeting under pressure|bilingual storytime|building renovation|cataloguing ethics|"
    "collection assessment|community archives|controlled digital lending|copyright in the classroom|data literacy|"
    "deselection|digital preservation|disaster planning|early literacy|electronic resource licences|family history|"
    "first-year students|friends groups|fundraising|government documents|grant writing|health information|"
    "homebound delivery|information literacy|institutional repositories|intellectual freedom|interlibrary loan|"
    "job seekers|library cards for everyone|linked data|local authors|makerspaces|media literacy|metadata clean-up|"
    "music collections|neurodivergent readers|new citizens|newspaper digitization|open access|open educational resources|"
    "oral history|outreach to veterans|patron privacy|picture books|prison libraries|public programming|readers’ advisory|"
    "research data|rural broadband|school library standards|seed libraries|self-checkout|social workers in libraries|"
    "staff wellbeing|summer reading|teen spaces|tribal libraries|usability testing|volunteer programmes|web archiving|"
    "zines"
).split("|")

SHAPES = (
    "{Topic}: what we learned in a year",
    "Starting small with {topic}",
    "{Topic} on a shoestring",
    "Measuring what matters in {topic}",
    "A practical introduction to {topic}",
    "{Topic}, ten years on",
    "Who is missing? Rethinking {topic}",
    "From pilot to habit: {topic}",
    "{Topic} and {other}: better together",
    "Hard conversations about {topic}",
    "Policies that work for {topic}",
    "{Topic} for directors and trustees",
)

MEETINGS = (
    "{unit} board meeting",
    "{unit} committee: {topic}",
    "{unit} discussion group: {topic}",
    "{unit} all-members meeting",
)

ABSTRACTS = (
    "You leave with a checklist, three sample policies and the names of people who have done it before you.",
    "We compare four libraries of very different size, say what each of them paid, and what none of them would do again.",
    "Bring a problem of your own: half of the time is for working on it with the people at your table.",
    "A short history, a demonstration, and then your questions. Slides and a transcript are shared afterwards.",
    "Nobody starts from scratch. We show the templates, the budget lines and the e-mails that made the difference.",
    "For people who are asked to do this beside everything else: what to do first, what can wait, and what to refuse.",
)

DIVISIONS = (
    ("Public Libraries Division", "PLD"),
    ("Academic and Research Libraries Division", "ARLD"),
    ("School Librarians Division", "SLD"),
    ("Children’s Services Division", "CSD"),
    ("Young Adult Services Division", "YASD"),
    ("Reference and User Services Division", "RUSD"),
    ("Collections and Technical Services Division", "CTSD"),
    ("Leadership and Infrastructure Division", "LID"),
)

BODIES = ("Committee", "Interest Group", "Task Force", "Round Table", "Discussion Group", "Advisory Board")

OUTSIDE = ("Friends of {place}", "{place} Library Consortium", "{place} Book Festival", "Society for {topic}")

PLACES = (
    "Ashford Bellwater Cedarfield Dunmore Eastvale Fairhaven Glenbrook Harrowgate Ironbridge Juniper Kestrel Larkspur "
    "Millbrook Northfield Oakdale Pinecrest Quarryville Ridgeway Silverton Thornbury Underhill Valecrest Westbrook Yarrow"
).split()

HOTELS = (
    "Harbor Grand Hotel",
    "Hotel Meridian",
    "The Palmer Court",
    "Lakeside Towers",
    "Congress Plaza",
    "Hotel Athenaeum",
)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def people(dice: random.Random, more: list[str]) -> Iterator[str]:
    """Names without end; `more` are full names from elsewhere, used once each and spread among the others."""
    extra = iter(more)
    while True:
        found = next(extra, None) if dice.random() < 0.1 else None
        yield found or f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"


def title(dice: random.Random) -> str:
    topic, other = dice.sample(TOPICS, 2)
    return capital(dice.choice(SHAPES).format(topic=topic, Topic=capital(topic), other=other))


def meeting(dice: random.Random, unit: str) -> str:
    return dice.choice(MEETINGS).format(unit=unit, topic=dice.choice(TOPICS))


def abstract(dice: random.Random, topic_line: str) -> str:
    return f"{topic_line}. {' '.join(dice.sample(ABSTRACTS, 2))}"
