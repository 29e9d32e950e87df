// Postings to try, written for this page: several languages, and the shapes that postings come in.

export const EXAMPLES = [
  { file: "ceramics.txt", name: "Ceramics technician, Leeds", about: "English, tidy" },
  { file: "run-on-internship.txt", name: "Reef survey internship", about: "English, its line breaks lost" },
  { file: "lumiere.txt", name: "Technicien·ne lumière, Nantes", about: "Français, prose" },
  { file: "gaertnerei.txt", name: "Gärtner:in, Graz", about: "Deutsch, fourteen salaries" },
  { file: "soldador.html.txt", name: "Soldador/a TIG, Vigo", about: "Español, a saved page with other jobs, a script and advice to robots" },
  { file: "curriculum.txt", name: "A curriculum vitae", about: "No posting at all" },
];
