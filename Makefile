# The verbs of the course, which need no make: those for learners (lab, test, setup, doctor, clean)
# are also `python -m genai_course VERB`, the others `python -m workbench VERB`.
#
#   make lab [N=05]        set everything up and open JupyterLab (PORT=9100)
#   make test [N=04]       set everything up, run the unit tests and every notebook
#   make check             before a commit: form, quick tests, notebooks whose inputs changed
#   make setup             only make or refresh .venv (PYTHON=python3.12, TORCH_INDEX=address)
#   make doctor            what is wrong on this machine, and what mends it
#   make notebooks [N=04]  execute notebooks and store them in canonical form
#   make edit N=04         write a notebook as a text file; make back N=04 puts it back
#   make judge             train and store the classifier that judges generated digits
#   make pretrained        train and store the shipped models (N=dcgan for one); may be killed
#   make matrix [N=python] try the course in other environments, made and thrown away
#   make classroom [N=8]   run so many kernels at once and measure their memory
#   make benchmark         measure the training loops against others (N=--store keeps the table)
#   make margins [N=07]    run notebooks as on other machines, R=10 times: which claims are weak?
#   make gpu               run every notebook and the benchmark on the GPU of this machine
#   make faults            kill trainings, spoil files, fill disks; nothing may be lost
#   make mutants           plant faults in teaching code and see which the tests notice;
#                          N=gan for a part, N=sample for twenty, N=notebooks for notebooks
#   make clean             remove .venv, caches and logs

# The first Python on the PATH that is new enough; failing that uv's; failing that python3,
# which then says itself what is missing.
PYTHON ?= $(shell \
  for p in python3 python3.13 python3.12 python3.11 python3.10 python3.14 python; do \
    "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1 && echo "$$p" && exit; \
  done; uv python find '>=3.10' 2>/dev/null || echo python3)

COURSE = "$(PYTHON)" -m genai_course
WORKBENCH = "$(PYTHON)" -m workbench

.PHONY: help lab test check setup doctor notebooks edit back judge pretrained matrix classroom \
        mutants benchmark margins gpu faults clean

help:
	@$(COURSE) help

# A PORT that happens to be set in the environment is some other program's.
lab:
	@$(COURSE) lab $(N) $(if $(filter command,$(firstword $(origin PORT))),--port $(PORT))

test setup doctor clean:
	@$(COURSE) $@ $(N)

check notebooks edit judge pretrained matrix classroom mutants benchmark gpu faults:
	@$(WORKBENCH) $@ $(N)

margins:
	@$(WORKBENCH) margins $(N) $(if $(filter command,$(firstword $(origin R))),--runs $(R))

back:
	@$(WORKBENCH) edit --back $(N)
