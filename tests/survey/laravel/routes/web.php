<?php

use App\Http\Controllers\ArticleController;
use App\Http\Controllers\HomeController;
use App\Http\Controllers\PhotoController;
use App\Http\Controllers\ShowProfile;
use App\Support\Paths;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\Route;

const SECTION = '/help';

Route::get('/', fn () => view('welcome'))->name('home');
Route::view('/about', 'about');
Route::redirect('/here', '/there', 301);
Route::permanentRedirect('/old', '/new');
Route::match(['get', 'POST'], 'contact', [HomeController::class, 'contact']);
Route::any('/webhook/{provider?}', 'WebhookController@handle');
Route::get('/user/{user:slug}/posts/{post}', ShowProfile::class)->whereNumber('post');
Route::get(SECTION . '/faq', [HomeController::class, 'faq']);
Route::get(Paths::ACCOUNT, [HomeController::class, 'account']);
Route::get(config('shop.prefix') . '/cart', [HomeController::class, 'cart']);
Route::get(config('shop.path'), [HomeController::class, 'computed']);

Route::middleware(['auth', 'verified'])->prefix('settings')->group(function () {
    Route::get('/', [HomeController::class, 'settings']);
    Route::controller(PhotoController::class)
        ->prefix('photos')
        ->group(function () {
            Route::get('{photo}', 'show');
            Route::delete(
                '{photo}',
                'destroy'
            );
        });
});

Route::group(['prefix' => 'shop', 'as' => 'shop.'], function () {
    Route::resource('articles', ArticleController::class)->only(['index', 'show']);
    Route::prefix('inner')->get('deep', [HomeController::class, 'deep']);
});

Route::domain('{account}.example.com')->group(function () {
    Route::patch('user/{id}', [HomeController::class, 'patch'])->where('id', '[0-9]+');
});

foreach (['terms', 'privacy'] as $page) {
    Route::get("/pages/$page", [HomeController::class, 'page']);
}

Route::resource('photo-albums.photos', PhotoController::class)->shallow()->except('create', 'edit');
Route::resource('admin/people', PhotoController::class, ['only' => ['edit'], 'parameters' => ['people' => 'human']]);
Route::singleton('profile', HomeController::class)->creatable();
Route::resources(['categories' => ArticleController::class, 'media' => PhotoController::class], ['only' => 'show']);

if (app()->environment('local')) {
    Route::get('/debug', [HomeController::class, 'debug']);
}

Auth::routes(['register' => false, 'verify' => true]);

Route::localized(function () {
    Route::get('/welcome', [HomeController::class, 'welcome']);
});

require __DIR__.'/extra.php';

Route::fallback(function () {
    abort(404);
});
