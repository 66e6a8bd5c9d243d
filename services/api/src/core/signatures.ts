/**
 * One signature for each title and time window. KMS signs asymmetrically a few hundred times a second at most and is a
 * dependency that may be away: a signature once made is served to every viewer of the title, and on while KMS is away
 * as long as it stays valid.
 */
import { LRUCache } from "lru-cache";
import { policyText, titleResource, type SignedPolicy } from "./cookiePolicy.js";

/** Signs bytes with RSASSA-PKCS1-v1_5 and SHA-256. */
export type Sign = (message: Uint8Array) => Promise<Uint8Array>;

export interface SignatureOptions {
  sign: Sign;
  keyPairId: string;
  /** Scheme and host of the viewer's origin. */
  origin: string;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Titles whose signatures are kept. Default 10,000 (about 2 KB each). */
  titles?: number;
}

export interface TitleSignature extends SignedPolicy {
  /** Seconds since 1970. */
  expires: number;
}

/** Seconds. A new signature is made once in this time. */
const WINDOW = 3_600;
/** Seconds that a cookie lives at least, when it is new: a film and a pause. */
const LEAST_LIFE = 4 * 3_600;
/** Seconds. Of a very long film, the film's own length twice. */
const LIFE_OF_FILM = 2;
/** Seconds. One that ends sooner is not given out, even while KMS is away: the player could not renew it in time. */
const LEAST_REST = 60;

/** Seconds since 1970: when the signature that a window's viewers get ends. The same for all of them, so that one serves them. */
export function expiryOf(nowSeconds: number, filmSeconds: number): number {
  const windowEnd = (Math.floor(nowSeconds / WINDOW) + 1) * WINDOW;
  return windowEnd + Math.max(LEAST_LIFE, Math.ceil(filmSeconds) * LIFE_OF_FILM);
}

export class Signatures {
  readonly #options: SignatureOptions;
  readonly #now: () => number;
  readonly #kept: LRUCache<string, TitleSignature>;
  readonly #pending = new Map<string, Promise<TitleSignature>>();
  /** How the last call of the signer went; "unused" before the first. */
  state: "unused" | "ok" | "failed" = "unused";

  constructor(options: SignatureOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#kept = new LRUCache({ max: options.titles ?? 10_000 });
  }

  /**
   * @param onFailure told when the signer failed and an older signature is served instead.
   * @throws the signer's error when no signature of this title is valid any more.
   */
  async of(videoId: string, filmSeconds: number, onFailure?: (error: unknown) => void): Promise<TitleSignature> {
    const seconds = this.#now() / 1000;
    const expires = expiryOf(seconds, filmSeconds);
    const kept = this.#kept.get(videoId);
    if (kept && kept.expires >= expires) return kept;
    try {
      return await this.#make(videoId, expires);
    } catch (error) {
      if (!kept || kept.expires - seconds < LEAST_REST) throw error;
      onFailure?.(error);
      return kept;
    }
  }

  /** A hundred viewers who come at once make one signature. */
  #make(videoId: string, expires: number): Promise<TitleSignature> {
    const pending = this.#pending.get(videoId);
    if (pending) return pending;
    const made = this.#signOnce(videoId, expires).finally(() => this.#pending.delete(videoId));
    this.#pending.set(videoId, made);
    return made;
  }

  async #signOnce(videoId: string, expires: number): Promise<TitleSignature> {
    const { origin, keyPairId, sign } = this.#options;
    const policy = policyText(titleResource(origin, videoId), expires);
    try {
      const signature = await sign(Buffer.from(policy));
      this.state = "ok";
      const signed = { policy, signature, keyPairId, expires };
      this.#kept.set(videoId, signed);
      return signed;
    } catch (error) {
      this.state = "failed";
      throw error;
    }
  }
}
