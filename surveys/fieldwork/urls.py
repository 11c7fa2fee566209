"""Addresses of fieldwork: respondents' at /s/, the office's below office/fieldwork/."""

from django.urls import path

from surveys.fieldwork.views import lists, office, papers, people, residents, results

app_name = "fieldwork"
public_urlpatterns = [
    path("s/", residents.enter, name="enter"),
    path("s/<str:token>", residents.answer, name="answer"),
    path("s/<str:token>/stored", residents.stored, name="stored"),
]
urlpatterns = [
    path("", lists.SurveyList.as_view(), name="list"),
    path("new/", office.new, name="new"),
    path("frames/", lists.FrameList.as_view(), name="frames"),
    path("frames/import/", lists.frame_import, name="frame_import"),
    path("frames/template/", lists.frame_template, name="frame_template"),
    path("<str:code>/", office.survey, name="survey"),
    path("<str:code>/draw/", office.drawn, name="draw"),
    path("<str:code>/draw/queue.csv", office.queue, name="queue"),
    path("<str:code>/move/<slug:verb>/", office.move, name="move"),
    path("<str:code>/respondents/", lists.RespondentList.as_view(), name="respondents"),
    path("<str:code>/respondents/add/", people.add, name="add"),
    path("<str:code>/respondents/<int:number>/", people.respondent, name="respondent"),
    path("<str:code>/respondents/<int:number>/contact/", people.contact, name="contact"),
    path("<str:code>/respondents/<int:number>/interview/<slug:channel>/", people.interview, name="interview"),
    path("<str:code>/paper/", papers.paper, name="paper"),
    path("<str:code>/paper/template/", papers.paper_template, name="paper_template"),
    path("<str:code>/answers.csv", papers.answers, name="answers"),
    path("<str:code>/weights/", results.weights, name="weights"),
    path("<str:code>/results/", results.results, name="results"),
    path("<str:code>/groups/", results.subgroups, name="groups"),
    path("<str:code>/waves/", results.waves, name="waves"),
    path("<str:code>/fairness/", results.fairness, name="fairness"),
]
