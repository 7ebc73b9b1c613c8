"""Addresses of training at the desk: sessions, examinations, the bank, appointments, and one's own examinations."""

from django.urls import URLPattern, path

from pinzhi.web.desk import exams, officers, sessions, sitting, targets, training, training_certificates
from pinzhi.web.downloads import FORMS

urlpatterns: list[URLPattern] = [
    path("training", training.home, name="training"),
    path("training/appointments", officers.appointments, name="appointments"),
    path("training/appointments/<slug:number>", officers.step, name="appointment_step"),
    path("training/plan", sessions.plan, name="plan_session"),
    *(path(f"training/targets.{form}", targets.targets, {"form": form}) for form in FORMS),
    path("training/targets", targets.targets, name="target_enterprises"),
    path("training/targets/off", targets.take_off, name="take_off_targets"),
    path("training/certificates/<slug:number>", training_certificates.certificate, name="training_certificate"),
    path("training/certificates/<slug:number>/hours", training_certificates.record_hours, name="continuing_hours"),
    path("training/certificates/<slug:number>/withdraw", training_certificates.withdraw, name="withdraw_certificate"),
    path("training/bank", exams.bank, name="bank"),
    path("training/bank/<slug:key>/withdraw", exams.withdraw_question, name="withdraw_question"),
    path("training/check-in/<slug:code>", training.check_in, name="check_in"),
    path("training/sessions/<slug:key>", training.session, name="training_session"),
    path("training/sessions/<slug:key>/enrol", training.enrol, name="enrol"),
    path("training/sessions/<slug:key>/withdraw", training.withdraw, name="withdraw_enrolment"),
    path("training/sessions/<slug:key>/cancel", sessions.cancel, name="cancel_session"),
    path("training/sessions/<slug:key>/transfer", sessions.transfer, name="transfer"),
    path("training/sessions/<slug:key>/admit", training.admit, name="admit"),
    path("training/sessions/<slug:key>/reopen", training.reopen_claim, name="reopen_claim"),
    path("training/sessions/<slug:key>/roll/<int:number>", training.roll, name="roll"),
    path("training/sessions/<slug:key>/exams", exams.set_exam, name="set_exam"),
    path("training/sessions/<slug:key>/exams/<int:number>", exams.exam, name="exam"),
    path("training/sessions/<slug:key>/exams/<int:number>/act", exams.act, name="exam_act"),
    path("exams", sitting.own_exams, name="exams"),
    path("exams/claim", sitting.claim, name="claim"),
    path("exams/begin/<int:exam_id>", sitting.begin, name="begin_exam"),
    path("exams/<int:sitting_id>", sitting.sitting, name="sitting"),
    path("exams/<int:sitting_id>/save.json", sitting.save, name="save_exam"),
    path("exams/<int:sitting_id>/left.json", sitting.left, name="leave_exam"),
    path("exams/<int:sitting_id>/here", sitting.go_on_here, name="exam_here"),
    path("exams/<int:sitting_id>/check", sitting.check, name="check_exam"),
    path("exams/<int:sitting_id>/send", sitting.send, name="send_exam"),
    path("exams/<int:sitting_id>/result", sitting.result, name="exam_result"),
]
