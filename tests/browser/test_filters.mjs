/* Filters in a browser: a mistake, a trial, putting them in force; on a phone and on a desk. */
import { clean, equal, expect, fits, suite } from './lib.mjs';

const RULES = '# 贷款广告\nrule loans hold spam in title,body\nword 无抵押贷款\npattern 微信\\s*[a-z0-9]{6,}\nrule fraud refuse unlawful\nlink fraud.example\n';

await suite(async ({ test, browser }) => {
  const admin = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const li = await browser.person('li', { name: '李华' });
  await li.thread('suggestions', '想借点钱', '听说有无抵 押 贷 款，是真的吗？');

  await test('a mistake is named where it is', async () => {
    await admin.go('/admin/filters');
    await clean(admin);
    await admin.picture('filters-none');
    await admin.at('#filter').fill('ads');
    await admin.at('#text').fill('rule loans hold\nword 贷款\npattern 微信(abc');
    admin.forgive(/status of 422/);
    await admin.at('button[value="put"]').click();
    await admin.at('#refused').waitFor();
    expect((await admin.at('#refused').textContent()).match(/3.*15/), 'line and column');
    equal(await admin.at('#text').getAttribute('aria-invalid'), 'true', 'the field is marked');
    await clean(admin, 'refused');
    await admin.picture('filters-refused');
  });

  await test('a trial shows what would have been caught', async () => {
    await admin.at('#text').fill(RULES);
    await admin.at('button[value="try"]').click();
    await admin.at('.results').waitFor();
    equal(await admin.at('.results li').count(), 1, 'hits');
    await clean(admin);
    await fits(admin);
    await admin.picture('filters-trial');
  });

  await test('what is in force is listed with its hits, and can be taken away', async () => {
    await admin.at('button[value="put"]').click();
    await admin.at('a[href="/admin/filters/ads"]').first().waitFor();
    await clean(admin);
    await admin.picture('filters');
    await admin.go('/admin/filters/ads');
    await clean(admin);
    await fits(admin);
    await admin.picture('filter');
    await admin.send('/admin/filters/ads/remove');
    await admin.send('/admin/filters/ads/remove');
    equal(await admin.at('a[href="/admin/filters/ads"]').count(), 0, 'rules left');
  });
});
