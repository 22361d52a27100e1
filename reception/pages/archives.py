"""The whole case given out as a signed archive, for a reason that stays."""

import tempfile

from flask import Blueprint, current_app, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from agencies import appeals
from agencies.access import current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid
from agencies.staff import Role
from reception import archives
from reception.keyring import keys
from reception.language import say

pages = Blueprint("archives", __name__)
IN_MEMORY = 8 * 1024 * 1024


@pages.post("/appeals/<number>/archive")
@requires(Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
def give(number: str) -> ResponseReturnValue:
    """That it was given out is committed before the first byte leaves."""
    session, officer = db.session(), current_officer()
    appeal = appeals.hold(session, number, officer=officer)
    reason = request.form.get("archive-reason", "").replace("\0", "")
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  sent, then closed
    try:
        archives.export(
            session, appeal, target, reason=reason,
            keys=keys(), folder=current_app.config["SETTINGS"].data, by=officer, now=clock(),
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        target.close()
        flash(say(error.fields["reason"]), "bad")
        return redirect(url_for("workspace.show_case", number=number, _anchor="archive"))
    session.commit()
    target.seek(0)
    answer = send_file(
        target, mimetype="application/zip", as_attachment=True, download_name=f"{number}.zip",
        etag=False,
    )  # fmt: skip
    answer.call_on_close(target.close)
    return answer
