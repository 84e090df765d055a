{{- define "deployd.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "deployd.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "deployd.selector" -}}
app.kubernetes.io/name: {{ include "deployd.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "deployd.labels" -}}
{{ include "deployd.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "deployd.account" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "deployd.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name: name the existing account, or set serviceAccount.create" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "deployd.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- /* What deployd may do: the rules of files/rules.yaml, and the further ones. */ -}}
{{- define "deployd.rules" -}}
{{ .Files.Get "files/rules.yaml" | trim }}
{{- with .Values.rbac.extraRules }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* The namespaces of `places`, each once, as JSON. */ -}}
{{- define "deployd.namespaces" -}}
{{- $names := list }}
{{- range .Values.places }}
{{- $names = append $names .namespace }}
{{- end }}
{{- uniq $names | toJson }}
{{- end }}

{{- /* The world files that `places` make. */ -}}
{{- define "deployd.places" -}}
{{- $environments := list }}
{{- range .Values.places }}
{{- $environment := default .world .environment }}
{{- $environments = append $environments $environment }}
{{- $settings := merge (dict "inCluster" true "namespace" .namespace) (default dict .settings) }}
{{- $keys := omit (default dict .keys) "world" "capabilities" }}
{{- $defaults := dict "resourceRepositories" (list "precanned") "targets" (list (dict "environment" $environment)) }}
world: {{ .world }}
capabilities:
  deploy:kubernetes: {{ toJson $settings }}
  {{- range $name, $settings := .capabilities }}
  {{ $name }}: {{ toJson $settings }}
  {{- end }}
{{ toYaml (merge $keys $defaults) }}
---
{{- end }}
environmentSet: default
environments: {{ toJson (default (uniq $environments) .Values.environments) }}
{{- end }}
