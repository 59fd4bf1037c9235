#!/usr/bin/env bash
# Runs one command for the action, and tells later steps how it ended.
#
# It reads SSS_COMMAND, SSS_FILE and SSS_ARGUMENTS. A plan with pending changes is a success; a drift is none.
set -euo pipefail

report="${RUNNER_TEMP:?}/sss-plan.md"
# Words may be on several lines. `read` reports the end of the text as a failure.
IFS=$' \t\n' read -r -d '' -a arguments <<<"${SSS_ARGUMENTS:-}" || true

code=0
case "${SSS_COMMAND}" in
    plan | drift)
        # The bash of macOS takes an empty list for an unset variable.
        sss-deploy plan --markdown --detailed-exitcode ${arguments[@]+"${arguments[@]}"} >"${report}" || code=$?
        cat "${report}" >>"${GITHUB_STEP_SUMMARY:?}"
        ;;
    apply)
        sss-deploy apply --yes ${arguments[@]+"${arguments[@]}"} || code=$?
        ;;
    *)
        echo "::error::the input \`command\` must be plan, apply or drift, not ${SSS_COMMAND}"
        exit 64
        ;;
esac

changes=false
if [[ ${code} -eq 2 ]]; then changes=true; fi
{
    echo "changes=${changes}"
    echo "exit-code=${code}"
} >>"${GITHUB_OUTPUT:?}"

if [[ ${SSS_COMMAND} == plan && ${code} -eq 2 ]]; then exit 0; fi
if [[ ${SSS_COMMAND} == drift && ${code} -eq 2 ]]; then
    echo "::error::the account differs from ${SSS_FILE}; the summary of the run has the plan"
fi
exit "${code}"
