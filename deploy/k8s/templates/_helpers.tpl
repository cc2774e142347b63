{{/* The prefix of all names. */}}
{{- define "photochanger.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What selects the pods of one component: a dict of root and component. */}}
{{- define "photochanger.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "photochanger.labels" -}}
{{ include "photochanger.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: photochanger
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "photochanger.secret" -}}
{{- .Values.secrets.existingSecret | default (printf "%s-secrets" (include "photochanger.fullname" .)) -}}
{{- end -}}

{{- define "photochanger.providerSecret" -}}
{{- required "services.sandbox.enabled is false: secrets.providerSecret or secrets.existingSecret must name the Secret with the providers' keys" (.Values.secrets.providerSecret | default .Values.secrets.existingSecret) -}}
{{- end -}}

{{/* The image of one service: a dict of root and component. */}}
{{- define "photochanger.image" -}}
{{- $image := .root.Values.image -}}
{{- if $image.registry }}{{ $image.registry }}/{{ end }}{{ $image.repository }}/{{ .component }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{- define "photochanger.storeUrl" -}}
{{- if .Values.servers.minio.enabled -}}
http://{{ include "photochanger.fullname" . }}-minio:9000
{{- else -}}
{{- required "servers.minio.enabled is false: servers.minio.url must be the store's address" .Values.servers.minio.url -}}
{{- end -}}
{{- end -}}

{{- define "photochanger.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* The pod's security: a dict of user. */}}
{{- define "photochanger.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .user }}
fsGroup: {{ .user }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "photochanger.placement" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The settings of one service, empty ones left out, as YAML: a dict of root, component and service. */}}
{{- define "photochanger.settings" -}}
{{- $root := .root -}}
{{- $sandboxUrl := printf "http://%s-sandbox:%v" (include "photochanger.fullname" $root) $root.Values.services.sandbox.port -}}
{{- $gatewayUrl := printf "http://%s-ingest-gateway:8080" (include "photochanger.fullname" $root) -}}
{{- $adminUrl := printf "http://%s-admin-api:%v" (include "photochanger.fullname" $root) (get $root.Values.services "admin-api").port -}}
{{- $settings := dict "LISTEN_HOST" "0.0.0.0" "METRICS_PORT" "9100" -}}
{{- if .service.portVariable }}{{ $_ := set $settings .service.portVariable (toString .service.port) }}{{ end -}}
{{- if has "S3_ACCESS_KEY" .service.secretKeys }}{{ $_ := set $settings "S3_URL" (include "photochanger.storeUrl" $root) }}{{ end -}}
{{- range $name, $value := .service.settings -}}
{{- $stands := and $root.Values.services.sandbox.enabled (has $name $.service.sandboxVariables) -}}
{{- $chosen := $value | default (ternary $sandboxUrl (get $root.Values.settings $name) $stands) -}}
{{- if and (eq $name "PHOTOCHANGER_PUBLIC_BASE_URL") $.service.providerKeys $root.Values.services.sandbox.enabled (not $value) }}{{ $chosen = $gatewayUrl }}{{ end -}}
{{- if and (eq $name "GATEWAY_URL") (not $value) }}{{ $chosen = $gatewayUrl }}{{ end -}}
{{- if and (eq $name "ADMIN_API_URL") (not $value) }}{{ $chosen = $adminUrl }}{{ end -}}
{{- if $chosen }}{{ $_ := set $settings $name (toString $chosen) }}{{ end -}}
{{- end -}}
{{- toYaml $settings -}}
{{- end -}}
