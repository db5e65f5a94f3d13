"""Manifests of Kubernetes: containers of what makes pods, configuration, secrets.

Charts of Helm are templates: nothing of them is read, and they are named so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.readers.declared import Container, Declared, Monitor, Part, Unread, Variable, gathered
from workers.readers.documents import (
    Entry,
    child,
    documents,
    is_mapping,
    last_line,
    mapping,
)
from workers.survey.yaml_nodes import Unreadable, items, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = lazy_pattern(r"\.ya?ml$|\.ya?ml\.(?:tpl|tmpl|gotmpl)$")
_KIND = lazy_pattern(r"^[\"']?kind[\"']?:\s*\S", re.MULTILINE)
_VERSION = lazy_pattern(r"^[\"']?apiVersion[\"']?:\s*\S", re.MULTILINE)
_HELM = lazy_pattern(r"\{\{-?\s*(?:\.|if|range|include|template|define|with|end|toYaml|\$)")
# Where the specification of the pods is, by kind.
_PODS = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    **dict.fromkeys(
        "Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job DeploymentConfig"
        " Rollout".split(),
        ("spec", "template", "spec"),
    ),
    "PodTemplate": ("template", "spec"),
}
# Kinds of the core and of common additions that run no container.
_NO_PODS = frozenset(
    "Service ConfigMap Secret Ingress IngressClass Namespace ServiceAccount Role RoleBinding"
    " ClusterRole ClusterRoleBinding PersistentVolume PersistentVolumeClaim StorageClass"
    " HorizontalPodAutoscaler PodDisruptionBudget NetworkPolicy LimitRange ResourceQuota"
    " PriorityClass Endpoints EndpointSlice ServiceMonitor PodMonitor PrometheusRule Certificate"
    " Issuer ClusterIssuer ExternalSecret SecretStore ClusterSecretStore SealedSecret Gateway"
    " HTTPRoute VirtualService DestinationRule CustomResourceDefinition Middleware IngressRoute"
    " ValidatingWebhookConfiguration MutatingWebhookConfiguration APIService Lease".split()
)
_PORT_DIGITS = 6
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_STORES = {
    "secretKeyRef": "kubernetes",
    "configMapKeyRef": "env",
    "fieldRef": "env",
    "resourceFieldRef": "env",
}


def read(file: str, text: str) -> Declared | None:
    """Return what a manifest declares, None of a file of YAML that is none."""
    del file
    if not (_KIND.search(text) and _VERSION.search(text)):
        return None
    if _HELM.search(text):
        return Declared("Kubernetes", unread=(Unread(None, "it is a template of Helm", 1),))
    try:
        roots = documents(text)
    except Unreadable as error:
        return Declared("Kubernetes", unread=(Unread(None, str(error), 1),))
    parts = [part for root in roots for part in _object(root)]
    return gathered("Kubernetes", parts)


def _object(root: Any) -> Iterator[Part]:
    keys = mapping(root)
    kind = scalar(keys["kind"].node) if "kind" in keys else ""
    line = int(root.start_mark.line) + 1
    if kind == "List":
        for node in items(keys["items"].node) if "items" in keys else ():
            yield from _object(node)
        return
    version = scalar(keys["apiVersion"].node) if "apiVersion" in keys else ""
    is_served = kind == "Service" and version.startswith("serving.knative.dev/")
    way = _PODS["Deployment"] if is_served else _PODS.get(kind)
    if way is not None:
        pod = child(root, *way)
        yield from _pod(pod) if is_mapping(pod) else [Unread(None, f"a {kind} has no pod", line)]
    elif kind in {"ConfigMap", "Secret"}:
        yield from _data(keys, kind)
    elif kind not in _NO_PODS:
        yield Unread(None, f"the kind {kind[:60] or 'of an object'} is not known", line)


def _data(keys: dict[str, Entry], kind: str) -> Iterator[Variable]:
    for key in ("data", "stringData", "binaryData"):
        for name, value in mapping(keys[key].node).items() if key in keys else ():
            origin = "kubernetes" if kind == "Secret" else "literal"
            yield Variable(name, value.line, origin, scalar(value.node)[:2000])  # type: ignore[arg-type]


def _pod(pod: Any) -> Iterator[Part]:
    pod_user = scalar(child(pod, "securityContext", "runAsUser"))
    for key in _CONTAINERS:
        for node in items(child(pod, key)):
            yield from _container(node, pod_user)


def _container(node: Any, pod_user: str) -> Iterator[Part]:
    keys = mapping(node)
    line = int(node.start_mark.line) + 1
    name = scalar(keys["name"].node) if "name" in keys else ""
    image = keys.get("image")
    written = scalar(image.node) if image else ""
    if not written or "$" in written:
        yield Unread("containers", f"the image of {name} is not in it", line)
    probes = [keys[probe] for probe in _PROBES if probe in keys]
    user = scalar(child(node, "securityContext", "runAsUser")) or pod_user
    yield Container(
        name,
        written,
        image.line if image else line,
        last_line(node, line),
        user or None,
        bool(probes),
        frozenset(_ports(keys.get("ports"))),
    )
    yield from (Monitor(name, "health", probe.line) for probe in probes)
    yield from _variables(name, keys)


def _ports(entry: Entry | None) -> Iterator[int]:
    for port in items(entry.node) if entry else ():
        for key in ("containerPort", "hostPort"):
            number = scalar(child(port, key))
            if number.isascii() and number.isdigit() and len(number) < _PORT_DIGITS:
                yield int(number)


def _variables(name: str, keys: dict[str, Entry]) -> Iterator[Part]:
    if "envFrom" in keys:
        yield Unread("variables", f"{name} has variables of another object", keys["envFrom"].line)
    for node in items(keys["env"].node) if "env" in keys else ():
        entry = mapping(node)
        if "name" not in entry:
            continue
        line = entry["name"].line
        variable = scalar(entry["name"].node)
        source = mapping(entry["valueFrom"].node) if "valueFrom" in entry else {}
        origin = next((_STORES[key] for key in source if key in _STORES), "unknown")
        value = scalar(entry["value"].node) if "value" in entry else ""
        if "value" in entry:
            origin = "env" if "$(" in value else "literal"
        yield Variable(variable, line, origin, value)  # type: ignore[arg-type]
