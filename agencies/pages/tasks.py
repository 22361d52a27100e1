"""A task is done: from the reminders of whoever has it, or from the joint work on the case."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from agencies import tasks
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.pages import pages
from agencies.pages.voice import say


@pages.post("/tasks/<int(max=9223372036854775807):task_id>/done")
@requires(*HALL_STAFF)
def finish_task(task_id: int) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    task = tasks.one_of(session, task_id, officer=officer)
    tasks.finish(task, by=officer, now=clock())
    number = task.claim.appeal.number if request.form.get("from") == "case" else ""
    session.commit()
    flash(say("The task is done."), "good")
    if number:
        return redirect(url_for(".show_joint_work", number=number))
    return redirect(url_for(".show_reminders"))
