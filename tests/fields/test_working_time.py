"""Hours a week and the length of a job: from stated numbers only."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.fields.working_time import find_duration_weeks, find_hours_per_week

HOURS = [
    ("full time (40 hours/week)", "40"),
    ("40 hours per week", "40"),
    ("up to 44 hours p.w.", "44"),
    ("0 hours per weekBENEFITS", "0"),
    ("37.5 hrs a week", "37.5"),
    ("Leeds | Full-Time (37.5 Hours) | Days", "37.5"),
    ("20-25 hours weekly", "20"),
    ("a 38-hour week", "38"),
    ("Hours per week: 36", "36"),
    ("Working hours: 35", "35"),
    ("Contracted hours of 16 per week", "16"),
    ("Sat & Sun 11am - 5pm so 12 hours p/w", "12"),
    ("39 hours, Mon-Fri, the odd Saturday at time and a half", "39"),
    ("Tues-Sat, 2p-10p, 40 hrs. $18-$21/hr", "40"),
    ("Part-time, 24 hours", "24"),
    ("38,5 Std./Woche", "38.5"),
    ("40 Stunden pro Woche", "40"),
    ("40-Stunden-Woche", "40"),
    ("6–12 Stunden pro Woche, frei wählbar", "6"),
    ("Wochenarbeitszeit: 39 Stunden", "39"),
    ("Teilzeit (20 Stunden)", "20"),
    ("35H hebdomadaire", "35"),
    ("35h/semaine", "35"),
    ("Durée du travail : 37H/semaine Travail de nuit", "37"),
    ("35 heures par semaine", "35"),
    ("Temps plein - 35h", "35"),
    ("40 horas semanales", "40"),
    ("jornada de 40 horas", "40"),
    ("30 horas por semana", "30"),
    ("40 ore settimanali", "40"),
    ("32 uur per week", "32"),
    ("36-40 uur per week", "36"),
    ("40 timmar per vecka", "40"),
    ("Heltid, 38,25 timmar i veckan", "38.25"),
    ("37,5 timer i uken, 37 timer pr. uge", "37"),
    ("Arbeitszeit: 39h", "39"),
    ("Vollzeit (38,5 Wochenstunden)", "38.5"),
    ("CDI 39h", "39"),
    ("Vandaag | 40 uur | Vast", "40"),
    ("Eine 38 Stunden Arbeitswoche", "38"),
    ("Uur per week: 40.00", "40"),
    ("Minimaal aantal uren per week: 28 Maximaal aantal: 32", "28"),
    ("44hrs/semanais", "44"),
    ("Carga horária: 44 horas", "44"),
    ("40 godzin tygodniowo", "40"),
    ("30 godzin w tygodniu", "30"),
    ("Ukentlig arbeidstid: 37,5 timer", "37.5"),
    ("40 hodin týdně", "40"),
]
NO_HOURS = [
    "Working hours: flexible, 30 Days off",
    "Monday to Friday, 9 to 5",
    "Working hours: 9am - 6pm",
    "Hours: 08:30 to 17:00",
    "80 hours per year of sick leave",
    "160 hours a month",
    "part time (58 hours per pay period)",
    "24/7 on-call",
    "5 days a week in the office",
    "Volunteer up to 4 hours per week",
    "Overtime of 10 hours per week is paid",
    "4 million hours of video",
    "Full-time",
    "18 hours ago",
    "a turnaround of 24 hours",
    "Closed Monday and Tuesday. A shift has 12 hours, with breaks",
    "Flexible working hours, 25 days of holiday",
    "Saves customers 10 hours a week",
    "100% Pensum, 2 Tage pro Woche",
    "Happy Hour every week",
]


@pytest.mark.parametrize(("text", "expected"), HOURS)
def test_hours_a_week(text: str, expected: str) -> None:
    """A number of hours and the words that make it a week's; of a range the fewer."""
    found = find_hours_per_week(text)
    assert found is not None
    assert found.value == Decimal(expected)
    assert expected.replace(".", ",") in text[found.span.start : found.span.end].replace(".", ",")


@pytest.mark.parametrize("text", NO_HOURS)
def test_no_number_of_hours_a_week(text: str) -> None:
    """Opening times, other periods and other people's hours are none."""
    assert find_hours_per_week(text) is None


DURATIONS = [
    ("The internship runs for 12 weeks, paid", "12"),
    ("a 12-week internship", "12"),
    ("Contract length: 3 to 5 months", "13"),
    ("6-month fixed term contract", "26"),
    ("an initial six-month contract", "26"),
    ("an internship of 3 months", "13"),
    ("Duration: 1 year", "52"),
    ("limited to 3 years", "156"),
    ("FTC 9 months", "39"),
    ("10 week summer program", "10"),
    ("Dauer: 6 Monate", "26"),
    ("umowa na okres 9 miesięcy", "39"),
    ("Die Stelle ist befristet auf 2 Jahre", "104"),
    ("6-monatiges Praktikum", "26"),
    ("Durée : 6 à 9 mois", "26"),
    ("CDD de 6 mois", "26"),
    ("Stage de 4 mois", "17"),
    ("contrato de 3 meses", "13"),
    ("Duración: 8 semanas", "8"),
    ("estágio de 6 meses", "26"),
    ("Vikariat 6 månader", "26"),
    ("visstidsanställning i 11 månader", "48"),
    ("tirocinio di 6 mesi", "26"),
    ("stageplek voor 5 maanden", "22"),
    ("a 10-week paid internship", "10"),
    ("Stage 6 mois", "26"),
    ("contract (24 months)", "104"),
    ("Fixed term, 24 months", "104"),
    ("from 12 January 2026, for 16 weeks", "16"),
]
NO_DURATION = [
    "18 months of experience in a similar role",
    "5 years of experience",
    "6 months probation period",
    "Probezeit: 6 Monate",
    "umowa na okres próbny 3 miesiące",
    "25 days of holiday and 16 weeks of parental leave",
    "over the next 5 years the position will grow",
    "in the first 6 months",
    "In just 14 months we grew",
    "minimum 2 years as a contract manager",
    "a 4-year degree program",
    "Average length of service is 8.5 years",
    "3 months' notice",
    "6 months paid leave for parents",
    "every 6 months",
    "18 years or older",
    "Permanent position",
    "Erfahrung von 3 Jahren im Projekt",
    "2 års erfarenhet av projekt",
    "Expérience : 5 ans sur un poste similaire",
]


@pytest.mark.parametrize(("text", "expected"), DURATIONS)
def test_length_of_the_job_in_weeks(text: str, expected: str) -> None:
    """Months and years are counted in weeks; of a range the shorter."""
    found = find_duration_weeks(text)
    assert found is not None
    assert found.value == Decimal(expected)


@pytest.mark.parametrize("text", NO_DURATION)
def test_other_lengths_are_not_the_jobs(text: str) -> None:
    """Experience, probation, notice, leave, schooling and ages are something else."""
    assert find_duration_weeks(text) is None
