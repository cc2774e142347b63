import { Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router-dom";

import { Empty } from "../../ui/Empty";
import { Listing } from "../../ui/Listing";
import { LiveBadge } from "../../ui/LiveBadge";
import { useLetterFilters } from "./filters";
import { LetterFilters } from "./LetterFilters";
import { LetterRow } from "./LetterRow";
import { LetterWindow } from "./LetterWindow";
import { ReplayWindow, type Choice } from "./ReplayWindow";
import { useDiscard } from "./useDiscard";
import { useLetters, useNewLetters } from "./useLetters";

/** The API takes so many at once. */
const MOST = 200;

/** Messages that no consumer could take: why, and what can be done. */
export default function LettersTab() {
  const { t } = useTranslation("operations");
  const { filters, query, change, clear, isNarrowed } = useLetterFilters();
  const asked = useLetters(query);
  const letters = asked.data?.pages.flatMap(({ items }) => items) ?? [];
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [choice, setChoice] = useState<Choice | null>(null);
  const fresh = useNewLetters(letters.length === 0);
  const opened = useOpened();
  const chosen = letters.filter(({ id }) => selected.has(id)).map(({ id }) => id);
  const discard = useDiscard(() => setSelected(new Set()));
  const { is_replayed: _, ...selection } = query;

  const toggle = (id: string) => setSelected(new Set(selected.has(id) ? [...selected].filter((other) => other !== id) : [...selected, id]));
  const toggleAll = () => setSelected(new Set(chosen.length > 0 ? [] : letters.slice(0, MOST).map(({ id }) => id)));
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text maw={700}>{t("letters.intro")}</Text>
        <LiveBadge />
      </Group>
      <LetterFilters filters={filters} onChange={change} />
      <div aria-live="polite">
        {fresh.count > 0 && <Button onClick={fresh.show}>{t("letters.fresh", { count: fresh.count })}</Button>}
      </div>
      <Listing asked={asked}>
        {() =>
          letters.length === 0 ? (
            <Empty title={t(isNarrowed ? "letters.noneFound" : "letters.none")} text={t(isNarrowed ? "letters.noneFoundText" : "letters.noneText")}>
              {isNarrowed && (
                <Button variant="default" onClick={clear}>
                  {t("letters.clear")}
                </Button>
              )}
            </Empty>
          ) : (
            <>
              <Group gap="xs">
                <Checkbox size="md" label={t("letters.selected", { count: chosen.length })} checked={chosen.length > 0} indeterminate={chosen.length > 0 && chosen.length < letters.length}
                  onChange={toggleAll} styles={{ body: { minHeight: 44, alignItems: "center" } }} />
                <Button variant="default" onClick={() => setChoice(chosen.length > 0 ? { ids: chosen.slice(0, MOST) } : { filter: selection })}>
                  {t(chosen.length > 0 ? "letters.replay" : "letters.replayAll")}
                </Button>
                <Button variant="default" disabled={chosen.length === 0} onClick={() => void discard(chosen.slice(0, MOST))}>
                  {t("letters.discard")}
                </Button>
              </Group>
              <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
                {letters.map((letter) => (
                  <LetterRow key={letter.id} letter={letter} isSelected={selected.has(letter.id)} onSelect={() => toggle(letter.id)} onOpen={() => opened.open(letter.id)} />
                ))}
              </Stack>
              {asked.hasNextPage && (
                <Button variant="default" w="fit-content" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                  {t("letters.more")}
                </Button>
              )}
            </>
          )
        }
      </Listing>
      {opened.id && <LetterWindow id={opened.id} onReplay={(id) => setChoice({ ids: [id] })} onClose={opened.close} />}
      {choice && <ReplayWindow choice={choice} onClose={() => setChoice(null)} />}
    </Stack>
  );
}

/** Which letter is open stands in the address. */
function useOpened() {
  const [params, setParams] = useSearchParams();
  const set = (id: string | null) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (id) after.set("letter", id);
      else after.delete("letter");
      return after;
    });
  return { id: params.get("letter"), open: (id: string) => set(id), close: () => set(null) };
}
