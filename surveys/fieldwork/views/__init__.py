"""Pages of fieldwork: the questionnaire for respondents, the survey for the office."""
