#!/usr/bin/env bash
# Writes the plan into one comment of the pull request, and edits that comment in later runs.
#
# The first line of `plan --markdown` is a comment of HTML that names the stack. It finds the comment again.
set -euo pipefail

report="${RUNNER_TEMP:?}/sss-plan.md"
if [[ ! -s ${report} ]]; then
    echo "no plan to comment"
    exit 0
fi

marker=$(head -n 1 "${report}")
comments="repos/${GITHUB_REPOSITORY:?}/issues/${NUMBER:?}/comments"
old=$(MARKER="${marker}" gh api --paginate "${comments}" \
    --jq '.[] | select(.body | startswith(env.MARKER)) | .id')
# Each page has its own answer. The first comment is the one.
old=${old%%$'\n'*}

if [[ -n ${old} ]]; then
    gh api --method PATCH "repos/${GITHUB_REPOSITORY}/issues/comments/${old}" --field "body=@${report}" >/dev/null
else
    gh api "${comments}" --field "body=@${report}" >/dev/null
fi
