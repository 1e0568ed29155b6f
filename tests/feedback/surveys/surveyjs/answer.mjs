// Fills a form in as SurveyJS itself does: {form, given: [answers…]} on stdin, what it says of each on stdout.
import { readFileSync } from 'node:fs';
import { Model } from 'survey-core';

const { form, given } = JSON.parse(readFileSync(0, 'utf8'));
const said = given.map((answers) => {
  const survey = new Model(form);
  survey.data = answers;
  const visible = survey.getAllQuestions().filter((one) => one.isVisible).map((one) => one.name);
  const complete = survey.validate(false);
  survey.doComplete();
  return { faults: (survey.jsonErrors ?? []).map((one) => one.message), visible, complete, data: survey.data };
});
process.stdout.write(JSON.stringify({ said, written: new Model(form).toJSON() }));
