"""Codes K from 60: claims about weaknesses, delivery and operation, and architecture."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "K60": Code(
        "A number of CWE does not exist",
        "Whoever looks it up, or filters by it, finds nothing.",
        '"cwe": 9989',
        '"cwe": 89',
    ),
    "K61": Code(
        "A number of CWE is deprecated, or that of a group of weaknesses",
        "MITRE forbids to name it: it says too little, or nothing any more.",
        '"cwe": 16, the category Configuration',
        '"cwe": 1188, Initialization of a Resource with an Insecure Default',
        severity="warning",
    ),
    "K62": Code(
        "An entry of the OWASP Top 10 does not exist, or has another name",
        "The list has ten entries and changes from year to year.",
        '"owasp": "A11:2021"',
        '"owasp": "A03:2021"',
    ),
    "K63": Code(
        "The source or sink of a flow is no line of code",
        "Data comes in and does harm where code runs.",
        '{"role": "sink", "line": 3} of a comment',
        "the line of the call",
    ),
    "K64": Code(
        "Nothing is called at the sink of a flow",
        "Data does harm where it is handed to something that acts on it.",
        '{"role": "sink", "line": 8} of `def search(name):`',
        '{"role": "sink", "line": 11} of `db.execute(query)`',
    ),
    "K65": Code(
        "The sink of a flow may be no call",
        "An assignment or a return may be the sink; most often the call after it is.",
        "the line that puts a query together",
        "the line that runs it",
        severity="warning",
    ),
    "K66": Code(
        "A figure has no source, or its source does not hold it",
        "A figure that nobody can look up was not measured.",
        '"value": 950 without a source',
        '"value": 412, "source": "bench/results.json"',
        severity="warning",
    ),
    "K67": Code(
        "A job is not in the pipeline's file",
        "Whoever looks for it, or waits for it, does so in vain.",
        '"name": "deploy" of a file with the jobs test and build',
        '"name": "build"',
    ),
    "K68": Code(
        "A job has other steps, runs in another image or needs other jobs",
        "The file declares it.",
        '"needs": ["lint"] of a job with `needs: test`',
        '"needs": ["test"]',
    ),
    "K69": Code(
        "A variable of the environment is not in the file",
        "The file was read whole, and does not name it.",
        '"set_in": ["compose.yaml"] of a variable that is set nowhere in it',
        "the file that sets it",
    ),
    "K70": Code(
        "An image is not in the file, or has another tag there",
        "What runs is what the file says.",
        '"image": "redis" with the file of `FROM python:3.12`',
        '"image": "python", "tag": "3.12"',
    ),
    "K71": Code(
        "An image is pinned and said not to be, or the other way round",
        "A digest, or a tag other than `latest`, pins an image.",
        '"pinned": true of `image: redis`',
        '"pinned": false',
    ),
    "K72": Code(
        "The user, a port or the health check of a container is declared otherwise",
        "The file declares it, or declares none.",
        '"healthcheck": true of a service without one',
        '"healthcheck": false',
    ),
    "K73": Code(
        "A secret is not in the file, or is kept otherwise",
        "Whether it is there in plain text decides what has to be done.",
        '"storage": "plain" of `${{ secrets.TOKEN }}`',
        '"storage": "ci_secret"',
    ),
    "K74": Code(
        "A monitor is not in the file",
        "The file was read whole, and declares nothing by this name.",
        '"name": "HighLatency" of a file with the alert HighErrorRate',
        '"name": "HighErrorRate"',
    ),
    "K75": Code(
        "The lines or files that are named do not name it",
        "Unknown: it may be there by another name, these lines do not show it.",
        "a variable whose name is put together in the code",
        "the line that names it",
        severity="warning",
    ),
    "K76": Code(
        "An entry names a file that is not there",
        "Nothing can be declared in it.",
        '"file": "deploy/Dockerfile" where there is only a Dockerfile at the root',
        '"file": "Dockerfile"',
    ),
    "K77": Code(
        "A module is no file or folder of the repository",
        "Whoever looks for it finds nothing.",
        '"path": "app/billing" where there is app/payments',
        '"path": "app/payments"',
    ),
    "K78": Code(
        "No file of a module imports what it is said to depend on",
        "All of its imports were read.",
        '"depends_on": ["app/api"] of a folder that api imports',
        '"depends_on": ["app/models"]',
    ),
    "K79": Code(
        "Modules that are said to form a cycle do not",
        "All imports on the way were read; one of them does not lead back.",
        '"cycle_with": ["app/models"] of app/api, which models does not import',
        "no cycle, or the modules that import each other",
    ),
    "K80": Code(
        "The score of a risk is not its probability times its impact",
        "Risks are ranked by it.",
        '"probability": 3, "impact": 4, "score": 15',
        '"score": 12',
    ),
    "K81": Code(
        "A variable comes from a store of secrets and is said to be no secret",
        "What is kept there is most often one.",
        '"secret": false of a variable with secretKeyRef',
        '"secret": true',
        severity="warning",
    ),
    "K82": Code(
        "A variable has another default",
        "The files that set it were read whole.",
        '"default": 8080 of `ENV PORT=8000`',
        '"default": 8000',
    ),
}
