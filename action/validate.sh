#!/usr/bin/env bash
# Runs `hkkg validate` for action.yml, whose inputs come as variables named INPUT_….
# Ends as the command does: 0 conforms, 1 findings, 2 an input cannot be used, 3 the tool failed.
set -euo pipefail

# Adds the files that a list of patterns means, one pattern a line, to the array `expanded`.
# A pattern without a match stays as it is, so that the command can say that there is no such file.
expand() {
    local IFS= line
    expanded=()
    while read -r line || [[ -n $line ]]; do
        line="${line#"${line%%[![:space:]]*}"}"
        line="${line%"${line##*[![:space:]]}"}"
        if [[ -n $line ]]; then
            # shellcheck disable=SC2206 # with no IFS this expands the pattern and splits nothing
            expanded+=($line)
        fi
    done <<<"$1"
}

shopt -s globstar
options=()
expand "${INPUT_SHAPES:-}"
for file in ${expanded[@]+"${expanded[@]}"}; do
    options+=("--shapes=$file")
done
for name in baseline engine fail-on lang; do
    variable="INPUT_${name^^}"
    variable="${variable//-/_}"
    if [[ -n ${!variable:-} ]]; then
        options+=("--$name=${!variable}")
    fi
done
expand "${INPUT_FILES:-}"

if [[ -n ${INPUT_SARIF_FILE:-} ]]; then
    options+=("--report=sarif=$INPUT_SARIF_FILE")
fi

code=0
errors=$(mktemp)
output=$(hkkg validate --format=github ${options[@]+"${options[@]}"} -- ${expanded[@]+"${expanded[@]}"} 2>"$errors") || code=$?
printf '%s\n' "$output"
if [[ -s $errors ]]; then
    # Lines of a broken file are shown here, and must not be taken for commands to GitHub.
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::stop-commands::%s\n' "$token"
    cat "$errors"
    printf '::%s::\n' "$token"
fi
rm -f "$errors"
if [[ -n ${GITHUB_OUTPUT:-} ]]; then
    printf 'exit-code=%s\n' "$code" >>"$GITHUB_OUTPUT"
fi
if [[ -n ${GITHUB_STEP_SUMMARY:-} && $code -le 1 ]]; then
    printf 'hkkg validate: %s\n' "${output##*$'\n'}" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
