// The fields of a JobPosting as people see them: one table that both pages share.
//
// `kind` decides how a value is shown and edited. `always`: labelled in every case (eval/LABELLING.md);
// the rest is labelled where the page states it. `quiet`: its words are lit only when asked for, since
// they are a whole sentence that stands for the text (the language) or repeat another value's.

export const GROUPS = [
  { id: "job", name: "The job" },
  { id: "employer", name: "Employer" },
  { id: "place", name: "Place" },
  { id: "pay", name: "Pay and benefits" },
  { id: "time", name: "Time" },
  { id: "duties", name: "Duties" },
  { id: "person", name: "Who is wanted" },
  { id: "listing", name: "Applying and listing" },
];

export const CHOICES = {
  arrangement: ["onsite", "hybrid", "remote"],
  employment: ["full_time", "part_time", "contract", "temporary", "internship", "apprenticeship", "volunteer", "per_diem"],
  seniority: ["intern", "entry", "associate", "mid", "senior", "lead", "manager", "director", "executive"],
  level: ["secondary", "vocational", "associate", "bachelor", "master", "professional", "phd"],
  period: ["hour", "day", "week", "month", "year", "once"],
  pay: ["base", "bonus", "commission", "equity", "stipend", "total"],
  skill: ["hard", "soft"],
  requirement: ["required", "preferred", "mentioned"],
  sponsorship: ["offered", "not_offered", "not_guaranteed"],
};

const field = (path, name, group, kind, more = {}) => ({ path, name, group, kind, ...more });
const always = { always: true };

export const FIELDS = [
  field("/title", "Title", "job", "text", always),
  field("/seniority", "Seniority", "job", "choice", { ...always, options: CHOICES.seniority }),
  field("/employment_types", "Employment type", "job", "choices", { ...always, options: CHOICES.employment }),
  field("/summary", "Summary", "job", "long"),
  field("/category", "Category", "job", "text"),
  field("/job_function", "Job function", "job", "text"),
  field("/keywords", "Keywords", "job", "names"),
  field("/language", "Language", "job", "language", { ...always, quiet: true }),

  field("/company/name", "Company", "employer", "text", always),
  field("/company/industry", "Industry", "employer", "text"),
  field("/company/website", "Website", "employer", "text"),
  field("/company/description", "About", "employer", "long"),
  field("/company/founded_year", "Founded", "employer", "year"),
  field("/company/headquarters", "Headquarters", "employer", "place"),
  field("/company/employees_min", "Employees from", "employer", "whole"),
  field("/company/employees_max", "Employees to", "employer", "whole"),

  field("/locations", "Place of work", "place", "places", always),
  field("/work_arrangements", "Arrangement", "place", "choices", { ...always, options: CHOICES.arrangement }),
  field("/office_days_per_week", "Office days a week", "place", "number", always),
  field("/applicant_countries", "Applicants from", "place", "countries", always),
  field("/work_authorization/sponsorship", "Sponsorship", "place", "choice", { ...always, options: CHOICES.sponsorship }),
  field("/work_authorization/history", "Sponsored so far", "place", "history"),
  field("/work_authorization/text", "Sponsorship as written", "place", "long", { quiet: true }),

  field("/compensation", "Pay", "pay", "pays", always),
  field("/benefits", "Benefits", "pay", "texts", always),

  field("/posted_on", "Posted", "time", "date", always),
  field("/closes_on", "Closes", "time", "date", always),
  field("/schedule/terms", "Terms", "time", "terms", always),
  field("/schedule/duration_weeks", "Weeks", "time", "number", always),
  field("/schedule/hours_per_week", "Hours a week", "time", "number", always),

  field("/responsibilities", "Duties", "duties", "texts", always),

  field("/experience/min_years", "Experience from (years)", "person", "number", always),
  field("/experience/max_years", "Experience to (years)", "person", "number", always),
  field("/experience/text", "Experience as written", "person", "long", { quiet: true }),
  field("/education/levels", "Degrees", "person", "choices", { ...always, options: CHOICES.level }),
  field("/education/fields", "Fields of study", "person", "names", always),
  field("/education/enrolled", "Must be studying", "person", "flag", always),
  field("/education/graduation/text", "Graduation as written", "person", "text"),
  field("/education/graduation/earliest", "Graduation from", "person", "date"),
  field("/education/graduation/latest", "Graduation to", "person", "date"),
  field("/required_qualifications", "Required", "person", "texts", always),
  field("/preferred_qualifications", "A plus", "person", "texts", always),
  field("/disqualifiers", "Rules out", "person", "texts", always),
  field("/skills", "Skills", "person", "skills", always),

  field("/application/url", "Apply at", "listing", "text", always),
  field("/application/email", "Apply by e-mail", "listing", "text", always),
  field("/application/instructions", "How to apply", "listing", "long"),
  field("/listing/site", "Listed by", "listing", "text"),
  field("/listing/confidence", "Site's confidence", "listing", "share"),
  field("/listing/checked_on", "Checked by the site", "listing", "date"),
  field("/listing/pros", "Site: pros", "listing", "texts"),
  field("/listing/cons", "Site: cons", "listing", "texts"),
  field("/listing/good_fit", "Site: a good fit for", "listing", "texts"),
];

export const LISTS = new Set(["texts", "names", "choices", "countries", "places", "pays", "terms", "skills", "history"]);

/** The field that a pointer lies in: the one whose path is the pointer or the nearest above it. */
export function fieldOf(pointer) {
  return FIELDS.find(({ path }) => pointer === path || pointer.startsWith(`${path}/`)) ?? null;
}

/** A closed-set value as words: "not_guaranteed" as "not guaranteed". */
export function toWords(value) {
  return value === "phd" ? "PhD" : String(value).replaceAll("_", " ");
}

const regions = new Intl.DisplayNames(["en"], { type: "region" });
const languages = new Intl.DisplayNames(["en"], { type: "language" });

/** The country's name in English, or the code where it is none. */
export function toCountry(code) {
  return /^[A-Z]{2}$/.test(code ?? "") ? regions.of(code) : (code ?? "");
}

/** The language's name in English, or the tag where it is none. */
export function toLanguage(tag) {
  try {
    return languages.of(tag);
  } catch {
    return tag;
  }
}
