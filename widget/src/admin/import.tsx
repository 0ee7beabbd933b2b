/** Import of .md files: choose or drop them, then see what became of each. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { call } from "../staff/api.ts";
import { Dialog } from "../staff/dialog.tsx";
import { icon } from "../staff/icons.tsx";
import { Badge, Failure, languageName, Working, type Tone } from "../staff/parts.tsx";
import { Table } from "../staff/table.tsx";
import type { ImportResult } from "./types.ts";

const TONES: Record<ImportResult["result"], Tone> = { imported: "good", replaced: "accent", unchanged: "plain", refused: "bad" };

export function ImportDialog({ close, done }: { close: () => void; done: () => void }) {
  const [files, choose] = useState<File[]>([]);
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const [results, show] = useState<ImportResult[] | null>(null);
  const send = async () => {
    const form = new FormData();
    for (const file of files) form.append("files[]", file, file.name);
    work(true);
    fail(null);
    try {
      show((await call<{ results: ImportResult[] }>("POST", "/api/admin/import", form)).results);
      done();
    } catch (problem) {
      fail(problem);
    }
    work(false);
  };
  return (
    <Dialog title={t("admin.import")} onClose={close} wide>
      {results ? <Results results={results} close={close} /> : (
        <>
          <Chooser files={files} choose={choose} />
          {error !== null && <Failure error={error} />}
          <div class="dialog-foot">
            <button type="button" class="button" onClick={close}>{t("staff.cancel")}</button>
            <Working busy={busy} disabled={!files.length} onClick={() => void send()}>{t("admin.import.send", { n: files.length })}</Working>
          </div>
        </>
      )}
    </Dialog>
  );
}

function Chooser({ files, choose }: { files: File[]; choose: (files: File[]) => void }) {
  const take = (list: FileList | null | undefined) => choose([...(list ?? [])].filter((file) => file.name.endsWith(".md")));
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    take(event.dataTransfer?.files);
  };
  return (
    <>
      <label class="drop" onDragOver={(event) => event.preventDefault()} onDrop={dropped}>
        {icon("upload", 20)}
        <span>{files.length ? t("admin.import.chosen", { n: files.length }) : t("admin.import.choose")}</span>
        <input type="file" class="hidden" accept=".md,text/markdown" multiple onChange={(event) => take(event.currentTarget.files)} />
      </label>
      {files.length > 0 && <p class="hint">{files.slice(0, 8).map((file) => file.name).join(", ")}{files.length > 8 ? " …" : ""}</p>}
      <p class="hint">{t("admin.import.text")}</p>
    </>
  );
}

function Results({ results, close }: { results: ImportResult[]; close: () => void }) {
  const refused = results.filter((result) => result.result === "refused").length;
  const columns = [
    { key: "name", title: t("admin.import.file"), cell: (row: ImportResult) => <span class="mono">{row.name}</span> },
    { key: "result", title: t("admin.import.result"), cell: (row: ImportResult) => <Badge tone={TONES[row.result] ?? "plain"}>{t(`admin.import.${row.result}`)}</Badge> },
    { key: "why", title: t("admin.import.what"), cell: (row: ImportResult) => row.reason ?? [row.article, languageName(row.locale)].filter(Boolean).join(" · ") },
  ];
  const sorted = [...results].sort((a, b) => Number(b.result === "refused") - Number(a.result === "refused"));
  return (
    <>
      <p role="status">{t("admin.import.done", { n: results.length - refused })} {refused > 0 && t("admin.import.done.refused", { n: refused })}</p>
      <div class="results"><Table caption={t("admin.import.result")} columns={columns} rows={sorted} rowKey={(row) => row.name} /></div>
      <div class="dialog-foot"><button type="button" class="button button-primary" onClick={close}>{t("staff.close")}</button></div>
    </>
  );
}
