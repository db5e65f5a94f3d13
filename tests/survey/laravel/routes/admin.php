<?php

use App\Http\Controllers\HomeController;
use Illuminate\Support\Facades\Route;

Route::get('/', [HomeController::class, 'admin']);
Route::get('users/{user}', [HomeController::class, 'user']);
