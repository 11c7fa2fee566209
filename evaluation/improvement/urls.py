"""Addresses of the workspaces."""

from django.urls import path

from evaluation.improvement.views import alerts, listening, measures, overview, replies, themes, workspace

app_name = "improvement"
urlpatterns = [
    path("", workspace.home, name="home"),
    path("today/", workspace.today, name="today"),
    path("at/<str:code>/", workspace.at, name="at"),
    path("result/", workspace.result, name="result"),
    path("findings/<int:pk>/contest/", workspace.contest, name="contest"),
    path("feedback/", listening.ThemeList.as_view(), name="themes"),
    path("feedback/tone/", listening.tone, name="tone"),
    path("feedback/tone/sample/", listening.sample, name="tone_sample"),
    path("feedback/at/<str:code>/drivers/", listening.associations, name="associations"),
    path("feedback/at/<str:code>/<slug:theme>/", listening.theme, name="theme"),
    path("themes/", themes.DictionaryList.as_view(), name="dictionary"),
    path("themes/new/", themes.new, name="theme_new"),
    path("themes/<slug:code>/", themes.edit, name="theme_edit"),
    path("alerts/", alerts.AlertList.as_view(), name="alerts"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("alerts/<int:pk>/<str:verb>/", alerts.move, name="alert_move"),
    path("measures/", measures.MeasureList.as_view(), name="measures"),
    path("measures/new/<str:code>/", measures.new, name="measure_new"),
    path("measures/<int:pk>/", measures.measure, name="measure"),
    path("measures/<int:pk>/steps/", measures.add_step, name="step_new"),
    path("measures/<int:pk>/steps/<int:number>/", measures.finish_step, name="step_done"),
    path("measures/<int:pk>/steps/<int:number>/file/", measures.step_file, name="step_file"),
    path("measures/<int:pk>/<str:verb>/", measures.move, name="measure_move"),
    path("replies/", replies.ReplyList.as_view(), name="replies"),
    path("replies/new/<str:code>/", replies.new, name="reply_new"),
    path("replies/<int:pk>/", replies.reply, name="reply"),
    path("replies/<int:pk>/<str:verb>/", replies.move, name="reply_move"),
    path("leader/", overview.leader, name="leader"),
    path("audits/", overview.audits, name="audits"),
    path("commissions/", overview.commissions, name="commissions"),
]
urlpatterns.append(path("audits/<int:pk>/declare/", overview.declare, name="declare"))
