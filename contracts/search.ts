/** What the search domain holds, agreed between who prepares it, who writes to it and who reads it. */

/** Indices of titles are `titles-<version>`; readers and the worker use the alias `titles`, which one of them carries. */
export const TITLES_ALIAS = "titles";
export const FIRST_TITLES_INDEX = "titles-1";
export const TITLES_PATTERN = "titles-*";

/** Snapshot repository; also the start of a snapshot's name. */
export const SNAPSHOT_REPOSITORY = "vod";

/** Roles inside the domain: the api reads titles, the worker writes them. */
export const SEARCH_ROLES = { reader: "vod_reader", writer: "vod_writer" } as const;

/** What the function searchSetup is called with. Every call puts right what is not as it should be. */
export interface SearchSetupEvent {
  /** ARNs of the IAM roles that read titles and that write them. Left out: rights inside the domain stay as they are. */
  access?: { readers: string[]; writers: string[] };
  /** Takes a snapshot and deletes those that are too old. */
  snapshot?: boolean;
}

/**
 * Analyzers. Spanish and English words are brought to their stems, and accents fall away last: a stop word such as "más"
 * is known by its accent. Spanish plurals come first: the stemmer leaves short ones, such as "olas", as they are.
 * Autocompletion knows a word by its first 2 to 15 letters.
 */
const ANALYSIS = {
  filter: {
    stop_es: { type: "stop", stopwords: "_spanish_" },
    plural_es: { type: "pattern_replace", pattern: "^(\\p{L}{2,}[aeiouáéíóú])s$", replacement: "$1" },
    stem_es: { type: "stemmer", language: "spanish" },
    possessive_en: { type: "stemmer", language: "possessive_english" },
    stop_en: { type: "stop", stopwords: "_english_" },
    stem_en: { type: "stemmer", language: "english" },
    beginnings: { type: "edge_ngram", min_gram: 2, max_gram: 15 },
  },
  analyzer: {
    vod_plain: { type: "custom", tokenizer: "standard", filter: ["lowercase", "asciifolding"] },
    vod_es: {
      type: "custom",
      tokenizer: "standard",
      filter: ["lowercase", "stop_es", "plural_es", "stem_es", "asciifolding"],
    },
    vod_en: {
      type: "custom",
      tokenizer: "standard",
      filter: ["possessive_en", "lowercase", "stop_en", "stem_en", "asciifolding"],
    },
    vod_beginnings: { type: "custom", tokenizer: "standard", filter: ["lowercase", "asciifolding", "beginnings"] },
  },
  normalizer: { vod_sort: { type: "custom", filter: ["lowercase", "asciifolding"] } },
};

/** What the slow logs hold: the api gives a search 500 ms, and a document is indexed in a few. */
const SLOW = {
  "search.slowlog.threshold.query.warn": "500ms",
  "search.slowlog.threshold.query.info": "200ms",
  "search.slowlog.threshold.fetch.warn": "200ms",
  "indexing.slowlog.threshold.index.warn": "500ms",
};

const inBothLanguages = {
  es: { type: "text", analyzer: "vod_es" },
  en: { type: "text", analyzer: "vod_en" },
};

/** What a title's document holds; other fields are kept, but not searched. */
const MAPPINGS = {
  dynamic: false,
  properties: {
    videoId: { type: "keyword" },
    title: {
      type: "text",
      analyzer: "vod_plain",
      fields: {
        ...inBothLanguages,
        beginnings: { type: "text", analyzer: "vod_beginnings", search_analyzer: "vod_plain" },
        sort: { type: "keyword", normalizer: "vod_sort", ignore_above: 256 },
      },
    },
    description: { type: "text", analyzer: "vod_plain", fields: inBothLanguages },
    people: { type: "text", analyzer: "vod_plain" },
    tags: { type: "keyword", normalizer: "vod_sort" },
    language: { type: "keyword" },
    seconds: { type: "float" },
    ready: { type: "date" },
  },
};

/**
 * The index template of titles. A copy of every shard lies in each of three zones; more nodes get more shards, so that
 * each node of a new index carries one copy of one shard.
 * @param nodes data nodes, at least 1.
 */
export function titlesTemplate(nodes: number): object {
  const { shards, replicas } = layout(nodes);
  return {
    index_patterns: [TITLES_PATTERN],
    priority: 100,
    template: {
      settings: { number_of_shards: shards, number_of_replicas: replicas, ...SLOW, analysis: ANALYSIS },
      mappings: MAPPINGS,
    },
    version: 1,
  };
}

const COPIES = 3;

/** Shards and copies of a new index on so many nodes. */
export function layout(nodes: number): { shards: number; replicas: number } {
  const replicas = Math.min(COPIES, nodes) - 1;
  return { shards: Math.max(1, Math.floor(nodes / COPIES)), replicas };
}

/**
 * Copies of an index that has so many shards already: an index keeps its shards for life, but nodes that came later take
 * copies of them, and with that their share of the searches.
 */
export const replicasFor = (nodes: number, shards: number): number =>
  Math.max(layout(nodes).replicas, Math.floor(nodes / shards) - 1);
