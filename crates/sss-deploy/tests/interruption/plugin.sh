#!/bin/sh
# Stands for the Session Manager plugin and the agent: it runs the command that the sandbox has in the address of the
# session, and prints what both of them print.
if [ "$1" = --version ]; then echo "${PLUGIN_VERSION:-1.2.707.0}"; exit "${PLUGIN_EXIT:-0}"; fi
printf '%s\n' "$@" > "$PLUGIN_LOG"
response=${AWS_SSM_START_SESSION_RESPONSE:-$1}

decoded() {
  rest=$1
  while [ -n "$rest" ]; do
    case $rest in
      %*) byte=${rest#%}; byte=${byte%"${byte#??}"}; printf "\\$(printf %03o "0x$byte")"; rest=${rest#%??} ;;
      *) printf %s "${rest%"${rest#?}"}"; rest=${rest#?} ;;
    esac
  done
}

if [ -n "$PLUGIN_HANGS" ]; then trap '' INT; echo started; sleep 30 & wait $!; wait; fi
command=${response#*command=}
command=$(decoded "${command%%\"*}")
cr=$(printf '\r')
printf '\nStarting session with SessionId: ecs-execute-command-0d17\r\n'
eval "$command" | sed -u "s/\$/$cr/"
printf '\n\nExiting session with sessionId: ecs-execute-command-0d17.\n\n'
