"""The appeals that a proposal is about, as SQL: by topic, agency and days."""

# Topics are given with everything below them: 01 counts 01.05 too.
SCOPE = """
  FROM appeal a JOIN claim c ON c.appeal_id = a.id
  JOIN subject s ON s.id = coalesce(c.subject_id, a.subject_id)
  LEFT JOIN subject parent ON parent.id = s.parent_id
  LEFT JOIN agency g ON g.id = c.agency_id
  LEFT JOIN district d ON d.id = a.district_id
  LEFT JOIN applicant p ON p.id = a.applicant_id
  WHERE a.received_at >= :start AND a.received_at < :end
    AND (s.code IN :subjects OR parent.code IN :subjects)
    AND (:any_agency OR g.code IN :agencies)
"""
PERSON = "coalesce(encode(p.iin_index, 'hex'), 'appeal/' || a.id)"
"""Who cannot be recognised counts as a person of their own."""
